"""Bearer tokens for programs."""

import hashlib
import secrets

from django.db.models import QuerySet

from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.people.models import ApiToken, User

SIMULATED = "sim_"
"""How tokens of the simulator begin."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue(*, user: User, simulated: bool = False) -> str:
    """Create a token and return it; it cannot be read later. Earlier tokens stay valid until revoked.

    `simulated`: what is done with it is the simulator's doing, not the person's.
    """
    token = f"{SIMULATED if simulated else 'desk_'}{secrets.token_urlsafe(32)}"
    ApiToken.objects.create(user=user, digest=_digest(token), hint=token[:8])
    return token


def owner(token: str) -> User | None:
    """The active person to whom this token belongs; None when it is unknown or revoked, or the person deactivated."""
    return next((row.user for row in _valid_tokens(digest=_digest(token))), None)


def _rows() -> QuerySet[ApiToken]:
    rows = ApiToken.objects.select_related("user").order_by()
    return rows.filter(digest=Parameter("digest"), revoked_at__isnull=True, user__is_active=True)


_valid_tokens = PreparedSelect(_rows)
