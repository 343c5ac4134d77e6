"""Explanations of routing decisions: as stored values and as a sentence.

Why and since when a colleague is not available is for leads: all others read `for_colleagues`.
"""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from support_management.core.kept_timestamps import written
from support_management.people.models import SupportAvailability
from support_management.routing.engine.eligibility import AWAY
from support_management.routing.engine.ranking import Candidate, Decision, Need, Refusal
from support_management.routing.models import AssignmentDecision

ABSENT_CODES = frozenset({"away", "unseen", "break", "offline", "absent", "off_shift"})
"""Codes of refusals for absence, which have a start time."""
_CLOSEST_FIRST = ("no_room", "no_room_kind", "no_better", "had_it", "is_owner", "break", "away", "unseen", "paused")
_NOT_AVAILABLE = {"code": "not_available", "text": "Not available"}
_NAMED = 3
"""Refused agents named in a sentence."""


def needs(decision: Decision) -> list[dict]:
    """Required skills as stored values."""
    return [_need(need) for need in decision.work.needs]


def candidates(decision: Decision) -> list[dict]:
    """Candidates, best first, as stored values."""
    return [_candidate(candidate) for candidate in decision.candidates]


def refusals(decision: Decision, since: Mapping[int, SupportAvailability]) -> list[dict]:
    """Refusals, closest to eligible first, as stored values. `since`: availability by user id."""
    return [_refusal(refusal, since.get(refusal.agent)) for refusal in sorted(decision.refusals, key=_closeness)]


def for_colleagues(refused: Sequence[dict]) -> list[dict]:
    """The same refusals; of an agent who is not available they say nothing else, and come last, by name."""
    away = [item | _NOT_AVAILABLE for item in refused if item["code"] in AWAY]
    return [item for item in refused if item["code"] not in AWAY] + sorted(away, key=itemgetter("name", "agent"))


def sentence(decision: Decision | AssignmentDecision, *, for_lead: bool = True) -> str:
    """Which agent is or was chosen and why, or why nobody is eligible."""
    if isinstance(decision, AssignmentDecision):
        return _stored_sentence(decision, for_lead)
    chosen = decision.chosen
    if chosen is None:
        return _nobody(refusals(decision, {}), kept=decision.work.owner is not None, for_lead=for_lead)
    return f"{chosen.name} is the best match: {_match(_candidate(chosen), needs(decision))}"


def _stored_sentence(row: AssignmentDecision, for_lead: bool) -> str:
    if row.outcome != AssignmentDecision.Outcome.ASSIGNED:
        return _nobody(row.refusals, kept=row.outcome == AssignmentDecision.Outcome.KEPT, for_lead=for_lead)
    chosen = next((item for item in row.candidates if item["agent"] == row.chosen_id), None)
    if chosen is not None:
        return f"{chosen['name']} is the best match: {_match(chosen, row.needs)}"
    above = ", over capacity" if row.above_capacity else ""
    if row.chosen_id == row.by_id:
        return f"Claimed by {row.chosen}{above}"
    return f"Assigned by {row.by} to {row.chosen}{above}" if row.by else f"Assigned to {row.chosen}{above}"


def _match(candidate: dict, needs: Sequence[dict]) -> str:
    parts = [f"{need['name']} {level}" for need, level in zip(needs, candidate["levels"], strict=True)]
    parts.append(f"load {candidate['load']} / {candidate['capacity']}")
    if candidate["knows"]:
        parts.append("handled this customer before")
    return ", ".join(parts)


def _nobody(refused: Sequence[dict], *, kept: bool, for_lead: bool) -> str:
    outcome = "Not reassigned" if kept else "No eligible agent"
    if not refused:
        return f"{outcome}: there are no agents"
    named = (refused if for_lead else for_colleagues(refused))[:_NAMED]
    reasons = [f"{item['name']} ({item['text'][:1].lower()}{item['text'][1:]})" for item in named]
    others = len(refused) - _NAMED
    return f"{outcome}: {', '.join(reasons)}" + (f" and {others} more" if others > 0 else "")


def _closeness(refusal: Refusal) -> tuple:
    known = refusal.code in _CLOSEST_FIRST
    return (_CLOSEST_FIRST.index(refusal.code) if known else len(_CLOSEST_FIRST)), refusal.name, refusal.agent


def _need(need: Need) -> dict:
    return {"specialization": need.specialization, "name": need.name, "level": need.level, "asked": need.asked}


def _candidate(candidate: Candidate) -> dict:
    names = ("agent", "name", "load", "capacity", "knows", "skill", "room", "history", "score")
    return {name: getattr(candidate, name) for name in names} | {"levels": list(candidate.levels)}


def _refusal(refusal: Refusal, availability: SupportAvailability | None) -> dict:
    text = refusal.text
    if availability is not None and refusal.code in ABSENT_CODES:
        text = f"{text} since {written(availability.state_since)}"
    return {"agent": refusal.agent, "name": refusal.name, "code": refusal.code, "text": text}
