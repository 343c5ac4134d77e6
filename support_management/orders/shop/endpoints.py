"""Endpoints of shops: made, used, revoked. Each reaches only what is of its website."""

from support_management.audit import log
from support_management.core import bearer_tokens, request_context, text
from support_management.core.time import now
from support_management.events.capability import recorded_write
from support_management.orders.shop.models import ShopEndpoint
from support_management.people.models import User, Website

PREFIX = "shop_"
LONGEST_NAME = 60


@recorded_write
def issue(*, website: Website, name: str = "", by: User | None = None) -> tuple[ShopEndpoint, str]:
    """A new endpoint and its token, which cannot be read later."""
    name = text.clean(name, field="name", limit=LONGEST_NAME, one_line=True, blank=True)
    token = bearer_tokens.new(PREFIX)
    facts = {"digest": bearer_tokens.digest(token), "hint": token[: bearer_tokens.HINT]}
    row = ShopEndpoint.objects.create(website=website, name=name, **facts)
    log.record(by=by, verb="issue", on=row, after={"hint": row.hint, "website": website.pk})
    return row, token


@recorded_write
def revoke(*, endpoint: int, by: User | None) -> None:
    """The token is refused from now on."""
    if ShopEndpoint.objects.filter(pk=endpoint, revoked_at=None).update(revoked_at=now()):
        row = ShopEndpoint.objects.get(pk=endpoint)
        log.record(by=by, verb="revoke", on=row, after={"hint": row.hint})


def owner(token: str) -> ShopEndpoint | None:
    """The endpoint of the token; None when it is unknown or revoked."""
    rows = ShopEndpoint.objects.select_related("website").filter(revoked_at=None)
    row = rows.filter(digest=bearer_tokens.digest(token)).first()
    if row is not None and bearer_tokens.is_use_due(row.last_used_at):
        used = {"last_used_at": now(), "last_used_ip": request_context.current().ip}
        ShopEndpoint.objects.filter(pk=row.pk).update(**used)
    return row
