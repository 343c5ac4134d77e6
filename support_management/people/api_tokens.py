"""Bearer tokens for programs: issued, used, listed, revoked."""

from datetime import datetime

from django.db.models import Q, QuerySet

from support_management.audit import log
from support_management.core import bearer_tokens, request_context, text
from support_management.core.errors import Conflict, Invalid, NotFound
from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.core.time import now
from support_management.events.capability import recorded_write
from support_management.people.models import ApiToken, User

SIMULATED = "sim_"
"""How tokens of the simulator begin."""
MOST_VALID = 50
"""Valid tokens that people can give themselves."""
ENDED_SHOWN = 10
LONGEST_NAME = 60


@recorded_write
def issue(
    *,
    user: User,
    by: User | None = None,
    name: str = "",
    expires_at: datetime | None = None,
    simulated: bool = False,
) -> str:
    """Create a token and return it; it cannot be read later. Earlier tokens stay valid until revoked.

    `simulated`: what is done with it is the simulator's doing, not the person's.
    Invalid in_the_past for an end that has passed; Conflict too_many_tokens when people give themselves too many.
    """
    name = text.clean(name, field="name", limit=LONGEST_NAME, one_line=True, blank=True)
    if expires_at is not None and expires_at <= now():
        raise Invalid("in_the_past", "The token would have expired already.", field="expires_at")
    if by == user and valid_of(user).count() >= MOST_VALID:
        raise Conflict("too_many_tokens", f"{MOST_VALID} tokens are valid. Revoke one that is no longer needed.")
    token = bearer_tokens.new(SIMULATED if simulated else "desk_")
    digest, hint = bearer_tokens.digest(token), token[: bearer_tokens.HINT]
    row = ApiToken.objects.create(user=user, digest=digest, hint=hint, name=name, expires_at=expires_at)
    log.record(by=by, verb="issue", on=row, after={"hint": row.hint, "person": user.pk})
    return token


def owner(token: str) -> User | None:
    """The active person to whom the token belongs; None when it is unknown, expired or revoked, or they deactivated."""
    row = next(iter(_valid_tokens(digest=bearer_tokens.digest(token), moment=now())), None)
    if row is None:
        return None
    _record_use(row)
    return row.user


def of(person: User) -> QuerySet[ApiToken]:
    """The person's tokens, newest first."""
    return ApiToken.objects.filter(user=person).order_by("-pk")


def valid_of(person: User) -> QuerySet[ApiToken]:
    """The person's tokens that are neither revoked nor expired, newest first."""
    return of(person).filter(_not_expired(now()), revoked_at__isnull=True)


def listed(person: User) -> list[ApiToken]:
    """The valid tokens, then the last that were revoked or have expired."""
    valid = list(valid_of(person))
    return valid + list(of(person).exclude(pk__in=[row.pk for row in valid])[:ENDED_SHOWN])


def own(pk: int, *, by: User) -> ApiToken:
    """One of the actor's tokens. NotFound for others."""
    row = of(by).filter(pk=pk).first()
    if row is None:
        raise NotFound("This token")
    return row


def _not_expired(moment) -> Q:
    return Q(expires_at__isnull=True) | Q(expires_at__gt=moment)


def _rows() -> QuerySet[ApiToken]:
    rows = ApiToken.objects.select_related("user__support_profile").order_by()
    moment = Parameter("moment", ApiToken._meta.get_field("expires_at"))
    return rows.filter(_not_expired(moment), digest=Parameter("digest"), revoked_at__isnull=True, user__is_active=True)


_valid_tokens = PreparedSelect(_rows)


def _record_use(row: ApiToken) -> None:
    """Store the last use, at most once a minute."""
    if bearer_tokens.is_use_due(row.last_used_at):
        _store_use(row, now(), request_context.current().ip)


@recorded_write
def _store_use(row: ApiToken, moment: datetime, ip: str | None) -> None:
    """Audited when it is the first of an hour, or from another address than the last one."""
    before = row.last_used_at
    stored = ApiToken.objects.filter(pk=row.pk, last_used_at=before).update(last_used_at=moment, last_used_ip=ip)
    is_new = before is None or before.strftime("%F %H") != moment.strftime("%F %H") or row.last_used_ip != ip
    if stored and is_new:  # of several processes only the first stores it
        log.record(by=row.user, verb="use", on=row, after={"hint": row.hint})
