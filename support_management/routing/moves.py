"""Leads move work: one piece or many, with a word back within seconds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from support_management.audit import history
from support_management.core.errors import Conflict, NotAllowed, NotFound
from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.events.each import Outcome, each
from support_management.people.models import User
from support_management.routing import handover
from support_management.routing.models import ReassignmentLog
from support_management.tickets import ownership
from support_management.tickets.models import Ticket

UNDO_SECONDS = 10
"""So long the screen offers to undo."""
GRACE_SECONDS = 60
"""So long it is taken: who needs longer to reach it may keep it on the screen."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A piece of work: `kind` ticket or dispute, and its version before the person's eyes, if any."""

    kind: str
    pk: int
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it, in words; `reassignment_id` undoes it."""

    kind: str
    pk: int
    name: str
    done: bool
    text: str
    reassignment_id: int | None = None


def move(
    *, picks: Iterable[Pick], to: User | None, by: User, reason: str = "", above: bool = False
) -> list[Moved]:
    """Give all of it to one agent, or back to everybody; one that is refused keeps none of the others.

    `above`: over the agent's capacity as well, and marked. NotAllowed for who is no lead.
    """
    _require_lead(by)
    asked = sorted(set(picks), key=lambda one: (one.kind != "ticket", one.pk))
    rows = _rows(asked)
    notes = handover.notes(list(rows.values()))

    def hand(one: Pick) -> str:
        if (one.kind, one.pk) not in rows:
            raise NotFound(f"This {one.kind}")
        why = {"reason": reason, "note": notes[one.kind, one.pk], "cause": "manual" if to else "released"}
        _assign(one, to, by, within_capacity=not above, **why)
        return f"with {to}." if to else "back in the queue."

    return _told(each(asked, hand), rows, by)


def undo(ids: Iterable[int], by: User) -> list[Moved]:
    """Take back one's own moves, while nobody has touched the work since; the newest first.

    A new ticket that was given to somebody is open then, not new again: somebody could have seen it.
    """
    _require_lead(by)
    logs = ReassignmentLog.objects.filter(pk__in=list(ids), by=by).select_related("from_agent").order_by("-id")
    of = {_pick(log): log for log in logs}
    rows = _rows(list(of))

    def take_back(one: Pick) -> str:
        log = of[one]
        _require_untouched(log, rows[one.kind, one.pk], by)
        _assign(one, log.from_agent, by, within_capacity=False, reason="undone", cause="undone")
        return f"back with {log.from_agent}." if log.from_agent else "back in the queue."

    return _told(each(of, take_back), rows, by)


def _assign(one: Pick, to: User | None, by: User, *, within_capacity: bool, **why: str) -> None:
    facts = {"to": to, "by": by, "version": one.version, "within_capacity": within_capacity}
    if one.kind == "ticket":
        ownership.assign(ticket=one.pk, **facts, **why)
    else:
        lifecycle.assign(dispute=one.pk, **facts, **why)


def _require_lead(by: User) -> None:
    if not by.is_lead:
        raise NotAllowed("not_yours", "Moving others' work is for team leads.")


def _require_untouched(log: ReassignmentLog, row: Ticket | Dispute, by: User) -> None:
    if now() - log.at > timedelta(seconds=GRACE_SECONDS):
        raise Conflict("too_late", "It is too late to undo this. Move it again instead.")
    last = history.latest(row, 1)
    if row.assignee_id != log.to_agent_id or not last or last[0].verb != "assign" or last[0].actor_id != by.pk:
        raise Conflict("touched", "Somebody has gone on with it since. Move it again instead.")


def _pick(log: ReassignmentLog) -> Pick:
    return Pick("ticket", log.ticket_id) if log.ticket_id else Pick("dispute", log.dispute_id or 0)


def _rows(picks: Sequence[Pick]) -> dict[tuple[str, int], Ticket | Dispute]:
    tickets = Ticket.objects.filter(pk__in=[one.pk for one in picks if one.kind == "ticket"])
    cases = Dispute.objects.filter(pk__in=[one.pk for one in picks if one.kind == "dispute"])
    found: dict[tuple[str, int], Ticket | Dispute] = {("ticket", row.pk): row for row in tickets}
    return found | {("dispute", row.pk): row for row in cases.select_related("order")}


def _told(outcomes: Iterable[Outcome[Pick]], rows: dict[tuple[str, int], Ticket | Dispute], by: User) -> list[Moved]:
    """With the change of hands that each made, if it made one."""
    logs = ReassignmentLog.objects.filter(by=by, at__gte=now() - timedelta(seconds=GRACE_SECONDS)).order_by("id")
    made = {_pick(log): log.pk for log in logs}
    told = []
    for one in outcomes:
        kind, pk = one.item.kind, one.item.pk
        name = str(rows.get((kind, pk), "gone"))
        told.append(Moved(kind, pk, name, one.done, one.text, made.get(Pick(kind, pk)) if one.done else None))
    return told
