"""Reassign the work of suspended, absent and overloaded agents, planned together.

Work without an eligible agent stays with its owner. Work of an owner who must not keep it (suspended, inactive) goes
back to the queue instead, so that it is seen there.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings

from support_management.core.errors import DeskError
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.people.assignment_rules import REASON_LIMIT, TransferReason
from support_management.routing.dispatch import auto_assign
from support_management.routing.engine.batch import plan
from support_management.routing.engine.ranking import Decision, choose
from support_management.routing.engine.reassignment_policy import (
    AbsenceLimits,
    HeldWork,
    OwnerState,
    ReassignmentCause,
    leaving,
)
from support_management.routing.inputs import held_work, snapshot
from support_management.routing.inputs.snapshot import WorkItem
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.routing.record import decisions
from support_management.routing.transfer import handoff_note
from support_management.routing.transfer.change_owner import WorkKey, change_owner, key_of
from support_management.tickets.models import Ticket, TicketType

Trigger, Outcome = AssignmentDecision.Trigger, AssignmentDecision.Outcome
RUN_SECONDS = 10.0
"""Time limit of one run; the next run continues."""
_NAME_LIMIT = 60
EXPLAINED = 50
"""Maximum work that stays with absent owners whose refusals are stored per run."""


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """A piece of work to reassign, and why."""

    row: Ticket | Dispute
    item: WorkItem
    why: ReassignmentCause

    @property
    def reason(self) -> str:
        """For the timeline, which every reader of the work sees: not how an owner is absent, nor since when."""
        if self.why.cause in ReassignmentLog.PERSONAL:
            return f"{str(self.row.assignee)[:_NAME_LIMIT]} is not available"
        return self.why.words[:REASON_LIMIT]

    @property
    def is_automatic(self) -> bool:
        """Whether the work may be assigned automatically: manual queues are excluded."""
        return not isinstance(self.row, Ticket) or self.row.type.mode != TicketType.Mode.MANUAL


class KeptWork(NamedTuple):
    """Decisions to keep work: `once` is offered only once and must be stored; `again` is offered in every run."""

    once: list[Decision]
    again: list[Decision]


def limits() -> AbsenceLimits:
    """The limits of absences and breaks from the settings."""
    absent, pause = settings.ABSENT_MINUTES, settings.BREAK_MINUTES
    return AbsenceLimits(absent=timedelta(minutes=absent), pause=timedelta(minutes=pause))


def move_work_of_absent() -> int:
    """Reassign work from owners who cannot continue with it. Returns the number of changes."""
    moves = _planned_moves()
    if not moves:
        return 0
    limit, moved, kept = time.monotonic() + RUN_SECONDS, 0, KeptWork([], [])
    notes = handoff_note.notes([move.row for move in moves.values()])
    offered = [move.item.work for move in moves.values() if move.is_automatic]
    for decision in plan(offered, snapshot.agents(), now=now()):
        move = moves.pop((decision.work.kind, decision.work.id))
        if time.monotonic() > limit:
            break
        if decision.chosen is not None and _move(move, decision, notes[move.item.key]):
            moved += 1
        elif move.why.lost:
            moved += _release(move, notes[move.item.key])
        elif decision.chosen is None:
            (kept.once if move.why.cause == "sla_risk" else kept.again).append(decision)
    decisions.store_unplaced([*kept.once, *kept.again[:EXPLAINED]], Trigger.REASSIGN, Outcome.KEPT)
    left = [move for move in moves.values() if move.why.lost and not move.is_automatic]
    return moved + sum(_release(move, notes[move.item.key]) for move in left)


def _planned_moves() -> dict[WorkKey, PlannedMove]:
    owners = {owner.id: owner for owner in held_work.owners_to_check()}
    if not owners:
        return {}
    kinds = held_work.open_work_of(owners.values())
    causes = _causes(owners, kinds)
    moves = {}
    for rows in kinds:
        why = {row.pk: causes[key_of(row)] for row in rows if key_of(row) in causes}
        leaving_rows = [row for row in rows if row.pk in why]
        since = {pk: cause.since for pk, cause in why.items() if cause.since is not None}
        for row, item in zip(leaving_rows, snapshot.work_items(leaving_rows, since=since), strict=True):
            moves[item.key] = PlannedMove(row, item, why[row.pk])
    return moves


def _causes(owners: dict[int, OwnerState], kinds: Iterable[Sequence[Ticket | Dispute]]) -> dict:
    """Why which work leaves, by its key. Tickets and disputes of an owner count together."""
    works_of: dict[int, list[HeldWork]] = defaultdict(list)
    for rows in kinds:
        for row, work in zip(rows, held_work.describe(rows), strict=True):
            works_of[row.assignee_id or 0].append(work)
    moment, absence_limits = now(), limits()
    return {
        (cause.held.kind, cause.held.id): cause
        for owner_id, works in works_of.items()
        for cause in leaving(owners[owner_id], works, now=moment, limits=absence_limits)
    }


def _move(move: PlannedMove, decision: Decision, note: str) -> bool:
    """Reassign as planned, with a new choice when the new owner is full. Changed work is left to the next run."""
    for _ in range(auto_assign.TRIES):
        if decision.chosen is None:
            return False
        if auto_assign.apply(move.item, decision, Trigger.REASSIGN, TransferReason(move.why.cause, move.reason, note)):
            return True
        decision = choose(move.item.work, snapshot.agents())
    return False


def _release(move: PlannedMove, note: str) -> bool:
    """Unassign the work. False when it has changed since it was read."""
    why = TransferReason(move.why.cause, move.reason, note)
    try:
        change_owner(move.item.key, to=None, by=None, why=why, version=move.item.version)
    except DeskError:
        return False
    return True
