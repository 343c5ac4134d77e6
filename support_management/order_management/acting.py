"""The steps that all actions share: lock and look, store the action, hold its messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from support_management.audit import log
from support_management.audit.seen_version import require_seen
from support_management.core import text
from support_management.events.bus import publish
from support_management.events.catalogue import OrderActed
from support_management.order_management import guards, queries
from support_management.order_management.models import UNDO_SECONDS, HeldMessage, SupportOrderManagement
from support_management.orders import actions as orders
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.people.viewer import viewer_of

REASON_LIMIT = 300
NOTE_LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Words:
    """What is said with an action: its reason, an internal note, and a message for the client."""

    reason: str = ""
    note: str = ""
    message: str = ""

    def cleaned(self) -> "Words":
        """Invalid without a reason, or for a text that is too long."""
        return Words(
            text.clean(self.reason, field="reason", limit=REASON_LIMIT, one_line=True),
            text.clean(self.note, field="note", limit=NOTE_LIMIT, blank=True),
            text.clean(self.message, field="message", blank=True),
        )


def begin(action: str, order: int, *, by: User | None, version: int | None = None) -> Order:
    """The locked order, of which the action is possible. Conflict illegal_move, Stale, NotFound, NotAllowed."""
    row = orders.lock_visible(order, by=by)
    require_seen(row, version, by=by)
    guards.require_possible(action, row, queries.open_dispute(row.pk), viewer_of(by) if by else None)
    return row


def record(action: str, row: Order, changes: dict, *, by: User | None, words: Words, **more) -> SupportOrderManagement:
    """Store the action on a locked order, before the order changes by one version. `more` is kept with `after`."""
    return SupportOrderManagement.objects.create(
        order=row,
        action=action,
        performed_by=by,
        reason=words.reason,
        note=words.note,
        before=plain({name: getattr(row, name) for name in changes}),
        after=plain(changes) | more,
        order_version=row.version + 1,
    )


def change(
    action: str,
    row: Order,
    changes: dict,
    *,
    by: User | None,
    words: Words,
    told: Iterable[tuple[User, str]] | None = None,
) -> SupportOrderManagement:
    """Store the action and write its changes to the order. `told`: messages, by default the one for the client."""
    made = record(action, row, changes, by=by, words=words)
    write(row, changes, by=by, action=made.pk, verb=action)
    finish(made, by=by, told=to_client(row, words) if told is None else told)
    return made


def write(row: Order, changes: dict, *, by: User | None, action: int, verb: str) -> None:
    """Write the changes of an action, or those that undo it, with their audit line. Statuses have one door."""
    fields = dict(changes)
    if "status" in fields:
        orders.move(row, fields.pop("status"), by=by, action=action, **fields)
        return
    before = {name: getattr(row, name) for name in fields}
    orders.store(row, **fields)
    log.record(by=by, verb=verb, on=row, before=plain(before), after=plain(fields) | {"action": action})


def finish(made: SupportOrderManagement, *, by: User | None, told: Iterable[tuple[User, str]] = ()) -> None:
    """Hold the messages until undo is over, and publish the action."""
    due_at = made.created_at + timedelta(seconds=UNDO_SECONDS)
    HeldMessage.objects.bulk_create(
        HeldMessage(action=made, recipient=person, body=body, due_at=due_at) for person, body in told
    )
    by_id = by.pk if by else None
    publish(OrderActed(order_id=made.order_id, action_id=made.pk, action=made.action, by_id=by_id))


def to_client(row: Order, words: Words) -> list[tuple[User, str]]:
    """The message for the client, if there is one."""
    return [(row.client, words.message)] if words.message else []


def plain(values: dict) -> dict:
    """Values that fit JSON; instants to the microsecond."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}
