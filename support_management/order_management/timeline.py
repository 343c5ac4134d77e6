"""One timeline of an order: what desk, parties, shop, rules and imports did to it, each with its origin."""

from dataclasses import dataclass, field
from datetime import datetime

from support_management.audit.models import SupportActionLog
from support_management.core.kept_timestamps import written
from support_management.order_management import queries
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.models import Order
from support_management.orders.status import PaymentStatus, Status
from support_management.people import roles

SHOWN = 50
"""Entries on a page."""
ORIGINS = {"task": "Rule", "import": "Import", "shop": "Shop", "hook": "Shop", "shell": "Import"}
"""By the door of a change that no person made."""
_STATUSES = dict(Status.choices) | dict(PaymentStatus.choices)
_FIELDS = {
    "status": "Status",
    "payment_status": "Payment",
    "deadline": "Deadline",
    "files_enabled": "Files",
    "amount": "Amount",
    "paid_amount": "Paid",
    "title": "Title",
    "priority": "Priority",
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line. `action`: what support did, with reason, note and messages; `undoes`: the line that undid it."""

    pk: int
    at: datetime
    origin: str
    who: str
    text: str
    action: SupportOrderManagement | None = field(default=None, compare=False)
    undoes: bool = False


def entries(order: Order, *, before: int | None = None) -> tuple[list[TimelineEntry], bool]:
    """The latest entries, newest first, and whether there are earlier ones. Two queries."""
    logs = SupportActionLog.objects.filter(object_kind="order", object_id=order.pk)
    if before:
        logs = logs.filter(pk__lt=before)
    found = list(logs.select_related("actor").order_by("-id")[: SHOWN + 1])
    shown = found[:SHOWN]
    actions = queries.by_id({log.after["action"] for log in shown if _has_action(log)})
    return _lines(shown, actions), len(found) > SHOWN


def _has_action(log: SupportActionLog) -> bool:
    return isinstance(log.after.get("action"), int)


def _lines(logs: list[SupportActionLog], actions: dict[int, SupportOrderManagement]) -> list[TimelineEntry]:
    return [_line(log, actions.get(log.after["action"]) if _has_action(log) else None) for log in logs]


def _line(log: SupportActionLog, action: SupportOrderManagement | None) -> TimelineEntry:
    """An action stands with the line of its change; the line of the change that undid it says so."""
    undoes = action is not None and action.undone_at is not None and log.at >= action.undone_at
    text = f"Undone: {action.get_action_display()}" if action and undoes else _text(log)
    who = str(log.actor) if log.actor else ""
    return TimelineEntry(log.pk, log.at, origin_of(log), who, text, None if undoes else action, undoes)


def origin_of(log: SupportActionLog) -> str:
    """Where a change came from: desk, a party, shop, rule or import."""
    if log.actor is None:
        return ORIGINS.get(log.door, "System")
    return "Desk" if log.actor.role in roles.DESK else log.actor.get_role_display()


def _text(log: SupportActionLog) -> str:
    """The changed fields with their values where the audit has them; else what kind of change it was."""
    names = [name for name in log.after if name in _FIELDS]
    if not names:
        changed = [name.replace("_", " ") for name in log.after.get("fields", ()) if isinstance(name, str)]
        return f"Changed outside the console: {', '.join(changed)}" if changed else log.verb.replace("_", " ").title()
    return " · ".join(f"{_FIELDS[name]}: {_change(log, name)}" for name in names)


def _change(log: SupportActionLog, name: str) -> str:
    after = _value(log.after[name])
    return f"{_value(log.before[name])} → {after}" if name in log.before else after


def _value(value) -> str:
    if isinstance(value, bool):
        return "enabled" if value else "restricted"
    if value in (None, ""):
        return "none"
    text = str(value)
    return _STATUSES.get(text) or _moment(text) or text


def _moment(text: str) -> str:
    """An instant as it stands in sentences, for pages to show in the reader's time zone."""
    try:
        return written(datetime.fromisoformat(text)) if len(text) > 18 else ""
    except (ValueError, OverflowError):
        return ""
