"""Bulk reassignment by leads, with undo."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from support_management.audit import history
from support_management.core.errors import Conflict, NotFound
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.bulk_action import BulkOutcome, each
from support_management.people import roles
from support_management.people.assignment_rules import TransferReason
from support_management.people.models import User
from support_management.routing.models import ReassignmentLog
from support_management.routing.transfer import handoff_note
from support_management.routing.transfer.change_owner import WorkKey, change_owner
from support_management.tickets.models import Ticket

FOR_LEADS = "Only team leads can reassign other agents' work."
UNDO_SECONDS = 10
"""How long the screen offers to undo."""
GRACE_SECONDS = 60
"""How long undo is accepted: longer than it is offered, for people who need more time."""


@dataclass(frozen=True, slots=True)
class MovePick:
    """A piece of work to move: `kind` is ticket or dispute, `version` the one on the person's screen, if known."""

    kind: str
    pk: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class MoveOutcome:
    """The result for one piece of work as text; `reassignment_id` is the key for undo."""

    kind: str
    pk: int
    name: str
    done: bool
    text: str
    reassignment_id: int | None = None


def move(
    *, picks: Iterable[MovePick], to: User | None, by: User, reason: str = "", above: bool = False
) -> list[MoveOutcome]:
    """Assign all picks to one agent, or unassign them (None); a refused one does not stop the others.

    `above`: may exceed the agent's capacity, which is marked. NotAllowed leads_only.
    """
    roles.require_lead(by, FOR_LEADS)
    distinct_picks = sorted(set(picks), key=lambda pick: (pick.kind != "ticket", pick.pk))
    rows = _rows(distinct_picks)
    notes = handoff_note.notes(list(rows.values()))

    def assign(pick: MovePick) -> str:
        key = (pick.kind, pick.pk)
        if key not in rows:
            raise NotFound(f"This {pick.kind}")
        why = TransferReason("manual" if to else "released", reason, notes[key])
        change_owner(key, to=to, by=by, why=why, version=pick.version, within_capacity=not above)
        return f"assigned to {to}." if to else "unassigned."

    return _outcomes(each(distinct_picks, assign), rows, by)


def undo(ids: Iterable[int], by: User) -> list[MoveOutcome]:
    """Undo one's own moves, newest first, unless the work has changed since. NotAllowed leads_only.

    A ticket that was new before the move stays open: the assignee may have seen it.
    """
    roles.require_lead(by, FOR_LEADS)
    logs = ReassignmentLog.objects.filter(pk__in=list(ids), by=by).select_related("from_agent").order_by("-id")
    log_of = {_pick(log): log for log in logs}
    rows = _rows(list(log_of))

    def take_back(pick: MovePick) -> str:
        log = log_of[pick]
        _require_untouched(log, rows[pick.kind, pick.pk], by)
        why = TransferReason("undone", "undone")
        change_owner((pick.kind, pick.pk), to=log.from_agent, by=by, why=why, within_capacity=False)
        return f"back with {log.from_agent}." if log.from_agent else "unassigned again."

    return _outcomes(each(log_of, take_back), rows, by)


def _require_untouched(log: ReassignmentLog, row: Ticket | Dispute, by: User) -> None:
    if now() - log.at > timedelta(seconds=GRACE_SECONDS):
        raise Conflict("too_late", "It is too late to undo this. Reassign it instead.")
    last = history.latest(row, 1)
    if row.assignee_id != log.to_agent_id or not last or last[0].verb != "assign" or last[0].actor_id != by.pk:
        raise Conflict("touched", "It has changed since. Reassign it instead.")


def _pick(log: ReassignmentLog) -> MovePick:
    return MovePick("ticket", log.ticket_id) if log.ticket_id else MovePick("dispute", log.dispute_id or 0)


def _rows(picks: Sequence[MovePick]) -> dict[WorkKey, Ticket | Dispute]:
    tickets = Ticket.objects.filter(pk__in=[pick.pk for pick in picks if pick.kind == "ticket"])
    disputes = Dispute.objects.filter(pk__in=[pick.pk for pick in picks if pick.kind == "dispute"])
    rows: dict[WorkKey, Ticket | Dispute] = {("ticket", row.pk): row for row in tickets}
    return rows | {("dispute", row.pk): row for row in disputes.select_related("order")}


def _outcomes(
    outcomes: Iterable[BulkOutcome[MovePick]], rows: dict[WorkKey, Ticket | Dispute], by: User
) -> list[MoveOutcome]:
    """The outcomes with the id of the assignment change that each one made, if any."""
    logs = ReassignmentLog.objects.filter(by=by, at__gte=now() - timedelta(seconds=GRACE_SECONDS)).order_by("id")
    log_ids = {_pick(log): log.pk for log in logs}
    results = []
    for outcome in outcomes:
        kind, pk = outcome.item.kind, outcome.item.pk
        name = getattr(rows.get((kind, pk)), "number", "deleted item")
        log_id = log_ids.get(MovePick(kind, pk)) if outcome.done else None
        results.append(MoveOutcome(kind, pk, name, outcome.done, outcome.text, log_id))
    return results
