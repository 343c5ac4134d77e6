"""Store and read routing decisions.

A change of owner that applies a decision carries it in its event, and it is stored in the transaction of the change. A
change without one was made manually: it is stored as well, without candidates.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db.models import Max, QuerySet

from support_management.core.prepared_statements import PreparedInsert
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.bus import publish_all
from support_management.events.capability import capability
from support_management.events.catalogue import DisputeAssigned, TicketAssigned, WorkDecided
from support_management.people.models import SupportAvailability
from support_management.routing.engine.ranking import Decision
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.routing.record import explanations
from support_management.tickets.models import Ticket

Outcome, Trigger = AssignmentDecision.Outcome, AssignmentDecision.Trigger
MAX_REFUSALS = 40
"""Maximum refusals stored with a decision, closest to eligible first."""
MAX_CANDIDATES = 10
"""Maximum candidates stored with a decision."""
sentence = explanations.sentence
"""The sentence of a decision, stored or new."""
_BY_CAUSE = {"claimed": Trigger.CLAIM, "manual": Trigger.HAND, "undone": Trigger.HAND}
_insert = PreparedInsert(AssignmentDecision)


class AppliedDecision(NamedTuple):
    """A decision that a change of owner applies, and what made routing decide."""

    decision: Decision
    trigger: str


def store(event: TicketAssigned | DisputeAssigned) -> None:
    """Store the decision of an assignment to an agent, in the transaction of the change."""
    if event.agent_id is None:
        return
    work = {name: getattr(event, name, None) for name in ("ticket_id", "dispute_id")}
    people = {"chosen_id": event.agent_id, "previous_id": event.previous_id, "by_id": event.by_id}
    fields = {**work, **people, "above_capacity": event.above_capacity, "units": event.units}
    if isinstance(event.decision, AppliedDecision):
        decision, trigger = event.decision
        _insert(_row(decision, trigger, Outcome.ASSIGNED, absence_of_refused([decision]), **fields))
    elif event.cause in _BY_CAUSE:
        _insert(AssignmentDecision(trigger=_BY_CAUSE[event.cause], outcome=Outcome.ASSIGNED, **fields))


@capability
def store_unplaced(decisions: Iterable[Decision], trigger: str, outcome: str = Outcome.NOBODY) -> int:
    """Store decisions without a chosen agent where they differ from the last stored one. Returns how many."""
    proposed = list(decisions)
    works = [item.work for item in proposed]
    last = latest_of([work.id for work in works if work.kind == "ticket"], "ticket")
    last |= latest_of([work.id for work in works if work.kind == "dispute"], "dispute")
    changed = [item for item in proposed if _differs(item, outcome, last.get((item.work.kind, item.work.id)))]
    if not changed:
        return 0
    since = absence_of_refused(changed)
    rows = [
        _row(item, trigger, outcome, since, previous_id=item.work.owner, units=item.work.units, **_work_ids(item))
        for item in changed
    ]
    AssignmentDecision.objects.bulk_create(rows)
    publish_all([WorkDecided(outcome=outcome, **_work_ids(item)) for item in changed])
    return len(changed)


def in_force(work: Ticket | Dispute) -> AssignmentDecision | None:
    """The last decision about this work; None when its owner has changed since: it explains the past only."""
    decision = of_work(work).first()
    if decision is None or work.assignee_id != _owner_after(decision):
        return None
    kind = "ticket" if isinstance(work, Ticket) else "dispute"
    return None if ReassignmentLog.objects.filter(**{kind: work.pk}, at__gt=decision.at).exists() else decision


def _owner_after(decision: AssignmentDecision) -> int | None:
    return decision.chosen_id if decision.outcome == Outcome.ASSIGNED else decision.previous_id


def of_work(work: Ticket | Dispute) -> QuerySet[AssignmentDecision]:
    """All decisions about this work, newest first."""
    kind = "ticket" if isinstance(work, Ticket) else "dispute"
    rows = AssignmentDecision.objects.filter(**{kind: work.pk}).select_related("chosen", "previous", "by")
    return rows.order_by("-id")


def latest_of(ids: Iterable[int], kind: str = "ticket") -> dict[tuple[str, int], AssignmentDecision]:
    """The last decision about each piece of work, by kind and id. One query."""
    wanted = list(ids)
    if not wanted:
        return {}
    newest = AssignmentDecision.objects.filter(**{f"{kind}__in": wanted}).order_by().values(kind)
    rows = AssignmentDecision.objects.filter(pk__in=newest.annotate(last=Max("id")).values("last"))
    return {(kind, getattr(row, f"{kind}_id")): row for row in rows}


def unplaced_reasons(ticket_ids: Iterable[int]) -> dict[int, str]:
    """Ticket id → "No eligible agent: …", for tickets whose last decision found nobody. Agents read it as well."""
    decisions = latest_of(ticket_ids)
    found_nobody = {pk: row for (_, pk), row in decisions.items() if row.outcome == Outcome.NOBODY}
    return {pk: explanations.sentence(row, for_lead=False) for pk, row in found_nobody.items()}


def absence_of_refused(decisions: Iterable[Decision]) -> Mapping[int, SupportAvailability]:
    """Availability by user id of the agents who were refused because they are absent."""
    refusals = (refusal for decision in decisions for refusal in decision.refusals)
    ids = {refusal.agent for refusal in refusals if refusal.code in explanations.ABSENT_CODES}
    return {row.user_id: row for row in SupportAvailability.objects.filter(user__in=ids)} if ids else {}


def _row(decision: Decision, trigger: str, outcome: str, since: Mapping, **fields) -> AssignmentDecision:
    return AssignmentDecision(
        trigger=trigger,
        outcome=outcome,
        needs=explanations.needs(decision),
        candidates=explanations.candidates(decision)[:MAX_CANDIDATES],
        refusals=explanations.refusals(decision, since)[:MAX_REFUSALS],
        at=now(),
        **fields,
    )


def _work_ids(decision: Decision) -> dict:
    work = decision.work
    return {f"{kind}_id": work.id if work.kind == kind else None for kind in ("ticket", "dispute")}


def _differs(decision: Decision, outcome: str, last: AssignmentDecision | None) -> bool:
    if last is None or last.outcome != outcome:
        return True
    if last.needs != explanations.needs(decision):
        return True
    refusals = explanations.refusals(decision, {})[:MAX_REFUSALS]
    return _codes(last.refusals) != _codes(refusals)


def _codes(refusals: Iterable[dict]) -> set[tuple[int, str]]:
    return {(refusal["agent"], refusal["code"]) for refusal in refusals}
