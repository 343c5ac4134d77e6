"""Leads move work: one piece or many, with a word back within seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from support_management.audit import history
from support_management.core.errors import Conflict, NotFound
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.bulk_action import BulkOutcome, each
from support_management.people import roles
from support_management.people.models import User
from support_management.people.owner_changes import TransferReason
from support_management.routing.models import ReassignmentLog
from support_management.routing.transfer import handoff_note
from support_management.routing.transfer.transfer import WorkKey, hand
from support_management.tickets.models import Ticket

FOR_LEADS = "Only team leads can reassign other agents' work."
UNDO_SECONDS = 10
"""So long the screen offers to undo."""
GRACE_SECONDS = 60
"""So long it is taken: who needs longer to reach it may keep it on the screen."""


@dataclass(frozen=True, slots=True)
class MovePick:
    """A piece of work: `kind` ticket or dispute, and its version before the person's eyes, if any."""

    kind: str
    pk: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """What came of it, in words; `reassignment_id` undoes it."""

    kind: str
    pk: int
    name: str
    done: bool
    text: str
    reassignment_id: int | None = None


def move(
    *, picks: Iterable[MovePick], to: User | None, by: User, reason: str = "", above: bool = False
) -> list[MoveOutcome]:
    """Give all of it to one agent, or back to everybody; one that is refused keeps none of the others.

    `above`: over the agent's capacity as well, and marked. NotAllowed leads_only.
    """
    roles.require_lead(by, FOR_LEADS)
    asked = sorted(set(picks), key=lambda one: (one.kind != "ticket", one.pk))
    rows = _rows(asked)
    notes = handoff_note.notes(list(rows.values()))

    def give(one: MovePick) -> str:
        if (one.kind, one.pk) not in rows:
            raise NotFound(f"This {one.kind}")
        why = TransferReason("manual" if to else "released", reason, notes[one.kind, one.pk])
        hand((one.kind, one.pk), to=to, by=by, why=why, version=one.version, within_capacity=not above)
        return f"assigned to {to}." if to else "unassigned."

    return _told(each(asked, give), rows, by)


def undo(ids: Iterable[int], by: User) -> list[MoveOutcome]:
    """Take back one's own moves, while nobody has touched the work since; the newest first.

    A new ticket that was given to somebody is open then, not new again: somebody could have seen it.
    """
    roles.require_lead(by, FOR_LEADS)
    logs = ReassignmentLog.objects.filter(pk__in=list(ids), by=by).select_related("from_agent").order_by("-id")
    of = {_pick(log): log for log in logs}
    rows = _rows(list(of))

    def take_back(one: MovePick) -> str:
        log = of[one]
        _require_untouched(log, rows[one.kind, one.pk], by)
        hand(
            (one.kind, one.pk), to=log.from_agent, by=by, why=TransferReason("undone", "undone"), within_capacity=False
        )
        return f"back with {log.from_agent}." if log.from_agent else "unassigned again."

    return _told(each(of, take_back), rows, by)


def _require_untouched(log: ReassignmentLog, row: Ticket | Dispute, by: User) -> None:
    if now() - log.at > timedelta(seconds=GRACE_SECONDS):
        raise Conflict("too_late", "It is too late to undo this. Reassign it instead.")
    last = history.latest(row, 1)
    if row.assignee_id != log.to_agent_id or not last or last[0].verb != "assign" or last[0].actor_id != by.pk:
        raise Conflict("touched", "It has changed since. Reassign it instead.")


def _pick(log: ReassignmentLog) -> MovePick:
    return MovePick("ticket", log.ticket_id) if log.ticket_id else MovePick("dispute", log.dispute_id or 0)


def _rows(picks: Sequence[MovePick]) -> dict[WorkKey, Ticket | Dispute]:
    tickets = Ticket.objects.filter(pk__in=[one.pk for one in picks if one.kind == "ticket"])
    cases = Dispute.objects.filter(pk__in=[one.pk for one in picks if one.kind == "dispute"])
    found: dict[WorkKey, Ticket | Dispute] = {("ticket", row.pk): row for row in tickets}
    return found | {("dispute", row.pk): row for row in cases.select_related("order")}


def _told(
    outcomes: Iterable[BulkOutcome[MovePick]], rows: dict[WorkKey, Ticket | Dispute], by: User
) -> list[MoveOutcome]:
    """With the change of hands that each made, if it made one."""
    logs = ReassignmentLog.objects.filter(by=by, at__gte=now() - timedelta(seconds=GRACE_SECONDS)).order_by("id")
    made = {_pick(log): log.pk for log in logs}
    told = []
    for one in outcomes:
        kind, pk = one.item.kind, one.item.pk
        name = getattr(rows.get((kind, pk)), "number", "deleted item")
        told.append(MoveOutcome(kind, pk, name, one.done, one.text, made.get(MovePick(kind, pk)) if one.done else None))
    return told
