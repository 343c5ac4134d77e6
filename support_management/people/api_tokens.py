"""Bearer tokens for programs."""

import hashlib
import secrets

from django.db.models import QuerySet

from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.people.models import ApiToken, User


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(*, user: User) -> str:
    """A new token, shown once. Earlier ones stay valid until revoked in admin."""
    token = f"desk_{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=user, digest=_digest(token), hint=token[:8])
    return token


def owner(token: str) -> User | None:
    """Whose live token this is; None when unknown, revoked, or the person is disabled."""
    return next((row.user for row in _live(digest=_digest(token))), None)


def _rows() -> QuerySet[ApiToken]:
    rows = ApiToken.objects.select_related("user").order_by()
    return rows.filter(digest=Parameter("digest"), revoked_at__isnull=True, user__is_active=True)


_live = PreparedSelect(_rows)
