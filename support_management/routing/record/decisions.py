"""Store routing decisions, and read them again.

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
from support_management.routing.models import AssignmentDecision
from support_management.routing.record import explanations
from support_management.tickets.models import Ticket

Outcome, Trigger = AssignmentDecision.Outcome, AssignmentDecision.Trigger
MOST_REFUSALS = 40
"""So many refusals of a decision are kept, those first who came nearest."""
MOST_CANDIDATES = 10
sentence = explanations.sentence
"""Of a decision, kept or in hand."""
_BY_CAUSE = {"claimed": Trigger.CLAIM, "manual": Trigger.HAND, "undone": Trigger.HAND}
_keep = PreparedInsert(AssignmentDecision)


class AppliedDecision(NamedTuple):
    """A decision that a change of owner applies, and what made routing decide."""

    decision: Decision
    trigger: str


def keep(event: TicketAssigned | DisputeAssigned) -> None:
    """One row per change of owner that gave work to an agent, in its transaction."""
    if event.agent_id is None:
        return
    work = {name: getattr(event, name, None) for name in ("ticket_id", "dispute_id")}
    people = {"chosen_id": event.agent_id, "previous_id": event.previous_id, "by_id": event.by_id}
    facts = {**work, **people, "above_capacity": event.above_capacity, "units": event.units}
    if isinstance(event.decision, AppliedDecision):
        decision, trigger = event.decision
        _keep(_row(decision, trigger, Outcome.ASSIGNED, since_when([decision]), **facts))
    elif event.cause in _BY_CAUSE:
        _keep(AssignmentDecision(trigger=_BY_CAUSE[event.cause], outcome=Outcome.ASSIGNED, **facts))


@capability
def unplaced(decisions: Iterable[Decision], trigger: str, outcome: str = Outcome.NOBODY) -> int:
    """Keep that nobody was chosen, where that says something else than the last decision did. How many are news."""
    asked = list(decisions)
    last = latest_of([one.work.id for one in asked if one.work.kind == "ticket"], "ticket")
    last |= latest_of([one.work.id for one in asked if one.work.kind == "dispute"], "dispute")
    news = [one for one in asked if _is_news(one, outcome, last.get((one.work.kind, one.work.id)))]
    if not news:
        return 0
    since = since_when(news)
    rows = [
        _row(one, trigger, outcome, since, previous_id=one.work.owner, units=one.work.units, **_about(one))
        for one in news
    ]
    AssignmentDecision.objects.bulk_create(rows)
    publish_all([WorkDecided(outcome=outcome, **_about(one)) for one in news])
    return len(news)


def latest(work: Ticket | Dispute) -> AssignmentDecision | None:
    """The last decision about it."""
    return of_work(work).first()


def of_work(work: Ticket | Dispute) -> QuerySet[AssignmentDecision]:
    """All decisions about it, the newest first."""
    kind = "ticket" if isinstance(work, Ticket) else "dispute"
    rows = AssignmentDecision.objects.filter(**{kind: work.pk}).select_related("chosen", "previous", "by")
    return rows.order_by("-id")


def latest_of(ids: Iterable[int], kind: str = "ticket") -> dict[tuple[str, int], AssignmentDecision]:
    """The last decision about each, by kind and id, in one query."""
    wanted = list(ids)
    if not wanted:
        return {}
    newest = AssignmentDecision.objects.filter(**{f"{kind}__in": wanted}).order_by().values(kind)
    rows = AssignmentDecision.objects.filter(pk__in=newest.annotate(last=Max("id")).values("last"))
    return {(kind, getattr(row, f"{kind}_id")): row for row in rows}


def nobody(ticket_ids: Iterable[int]) -> dict[int, str]:
    """Ticket → "Nobody can take this because …", for those whose last decision says so."""
    found = latest_of(ticket_ids)
    return {pk: explanations.sentence(row) for (_, pk), row in found.items() if row.outcome == Outcome.NOBODY}


def since_when(decisions: Iterable[Decision]) -> Mapping[int, SupportAvailability]:
    """Of everybody refused for not being there: their availability."""
    ids = {no.agent for one in decisions for no in one.refusals if no.code in explanations.NOT_THERE}
    return {row.user_id: row for row in SupportAvailability.objects.filter(user__in=ids)} if ids else {}


def _row(decision: Decision, trigger: str, outcome: str, since: Mapping, **facts) -> AssignmentDecision:
    return AssignmentDecision(
        trigger=trigger,
        outcome=outcome,
        needs=explanations.needs(decision),
        candidates=explanations.candidates(decision)[:MOST_CANDIDATES],
        refusals=explanations.refusals(decision, since)[:MOST_REFUSALS],
        at=now(),
        **facts,
    )


def _about(decision: Decision) -> dict:
    work = decision.work
    return {f"{kind}_id": work.id if work.kind == kind else None for kind in ("ticket", "dispute")}


def _is_news(decision: Decision, outcome: str, last: AssignmentDecision | None) -> bool:
    if last is None or last.outcome != outcome:
        return True
    if last.needs != explanations.needs(decision):
        return True
    said = {(one["agent"], one["code"]) for one in last.refusals}
    return said != {(one["agent"], one["code"]) for one in explanations.refusals(decision, {})[:MOST_REFUSALS]}
