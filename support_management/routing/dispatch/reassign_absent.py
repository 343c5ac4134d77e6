"""Work of who cannot go on with it is offered to others, planned together: who is suspended, away for long, too full.

Nothing moves without a better place. Work that nobody can take stays with its owner; who cannot keep it loses it to the
queue, so that somebody sees it there.
"""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings

from support_management.core.errors import DeskError
from support_management.core.kept_timestamps import written
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.people.owner_changes import REASON_LIMIT, TransferReason
from support_management.routing.dispatch import auto_assign
from support_management.routing.engine.batch import plan
from support_management.routing.engine.ranking import Decision, choose
from support_management.routing.engine.reassignment_policy import AbsenceLimits, ReassignmentCause, leaving
from support_management.routing.inputs import held_work, snapshot
from support_management.routing.inputs.snapshot import WorkItem
from support_management.routing.models import AssignmentDecision
from support_management.routing.record import decisions
from support_management.routing.transfer import handoff_note
from support_management.routing.transfer.transfer import WorkKey, hand
from support_management.tickets.models import Ticket, TicketType

Trigger, Outcome = AssignmentDecision.Trigger, AssignmentDecision.Outcome
RUN_SECONDS = 10.0
EXPLAINED = 50
"""For so much of what stays with who is not there, the reasons are kept."""


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """A piece of work that is to leave, and why."""

    row: Ticket | Dispute
    case: WorkItem
    why: ReassignmentCause

    @property
    def reason(self) -> str:
        since = f" since {written(self.why.since)}" if self.why.since else ""
        return f"{self.why.words[: REASON_LIMIT - len(since)]}{since}"

    @property
    def handed_out(self) -> bool:
        """Whether rules may give it to somebody at all."""
        return not isinstance(self.row, Ticket) or self.row.type.mode != TicketType.Mode.MANUAL


class KeptWork(NamedTuple):
    """What stays where it is: offered only once, which must be remembered; and what is offered again and again."""

    once: list[Decision]
    again: list[Decision]


def limits() -> AbsenceLimits:
    """How long is too long, as the settings say."""
    absent, pause = settings.ABSENT_MINUTES, settings.BREAK_MINUTES
    return AbsenceLimits(absent=timedelta(minutes=absent), pause=timedelta(minutes=pause))


def move_work_of_absent() -> int:
    """Offer what leaves its owners to others. How much changed hands."""
    moves = _leaving()
    if not moves:
        return 0
    limit, moved, kept = time.monotonic() + RUN_SECONDS, 0, KeptWork([], [])
    notes = handoff_note.notes([move.row for move in moves.values()])
    offered = [move.case.work for move in moves.values() if move.handed_out]
    for decision in plan(offered, snapshot.agents(), now=now()):
        move = moves.pop((decision.work.kind, decision.work.id))
        if time.monotonic() > limit:
            break
        if decision.chosen is not None and _move(move, decision, notes[move.case.key]):
            moved += 1
        elif move.why.lost:
            moved += _release(move, notes[move.case.key])
        elif decision.chosen is None:
            (kept.once if move.why.cause == "sla_risk" else kept.again).append(decision)
    decisions.unplaced([*kept.once, *kept.again[:EXPLAINED]], Trigger.REASSIGN, Outcome.KEPT)
    left = [move for move in moves.values() if move.why.lost and not move.handed_out]
    return moved + sum(_release(move, notes[move.case.key]) for move in left)


def _leaving() -> dict[WorkKey, PlannedMove]:
    owners = {one.id: one for one in held_work.suspects()}
    if not owners:
        return {}
    moment, bounds, found = now(), limits(), {}
    tickets, cases = held_work.work_of(owners.values())
    for rows in (tickets, cases):
        held = {one.id: one for one in held_work.held(rows)}
        of_owner: dict[int, list] = {}
        for row in rows:
            of_owner.setdefault(row.assignee_id or 0, []).append(held[row.pk])
        why = {
            one.held.id: one
            for owner_id, works in of_owner.items()
            for one in leaving(owners[owner_id], works, now=moment, limits=bounds)
        }
        gone = [row for row in rows if row.pk in why]
        since = {pk: one.since for pk, one in why.items() if one.since is not None}
        for row, case in zip(gone, snapshot.cases(gone, since=since), strict=True):
            found[case.key] = PlannedMove(row, case, why[row.pk])
    return found


def _move(move: PlannedMove, decision: Decision, note: str) -> bool:
    """As planned; when the new owner is full by now, chosen anew. Work that others changed is left to the next run."""
    for _ in range(auto_assign.TRIES):
        if decision.chosen is None:
            return False
        if auto_assign.give(move.case, decision, Trigger.REASSIGN, TransferReason(move.why.cause, move.reason, note)):
            return True
        decision = choose(move.case.work, snapshot.agents())
    return False


def _release(move: PlannedMove, note: str) -> bool:
    """Back to everybody, unless it is not any more as it was looked at."""
    why = TransferReason(move.why.cause, move.reason, note)
    try:
        hand(move.case.key, to=None, by=None, why=why, version=move.case.version)
    except DeskError:
        return False
    return True
