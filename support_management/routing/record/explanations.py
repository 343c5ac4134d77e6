"""What a decision says: as values that are kept, and as a sentence."""

from collections.abc import Mapping, Sequence

from support_management.core.kept_timestamps import written
from support_management.people.models import SupportAvailability
from support_management.routing.engine.ranking import Candidate, Decision, Need, Refusal
from support_management.routing.models import AssignmentDecision

NOT_THERE = frozenset({"away", "unseen", "break", "offline", "absent", "off_shift"})
"""Codes of refusals that hold since a moment."""
_NEARNESS = ("no_room", "no_room_kind", "no_better", "had_it", "is_owner", "break", "away", "unseen", "paused")
_NAMED = 3


def needs(decision: Decision) -> list[dict]:
    """Skills asked for, as they are kept."""
    return [_need(one) for one in decision.work.needs]


def candidates(decision: Decision) -> list[dict]:
    """Who could take it, the best first, as they are kept."""
    return [_candidate(one) for one in decision.candidates]


def refusals(decision: Decision, since: Mapping[int, SupportAvailability]) -> list[dict]:
    """Who could not and why, who came nearest first, as they are kept."""
    return [_refusal(one, since.get(one.agent)) for one in sorted(decision.refusals, key=_nearness)]


def sentence(decision: Decision | AssignmentDecision) -> str:
    """Who fits best or who has it, and why; or why nobody can take it."""
    if isinstance(decision, AssignmentDecision):
        return _said(decision)
    chosen = decision.chosen
    if chosen is None:
        return _nobody(refusals(decision, {}), kept=decision.work.owner is not None)
    return f"{chosen.name} is the best match: {_fits(_candidate(chosen), needs(decision))}"


def _said(row: AssignmentDecision) -> str:
    if row.outcome != AssignmentDecision.Outcome.ASSIGNED:
        return _nobody(row.refusals, kept=row.outcome == AssignmentDecision.Outcome.KEPT)
    chosen = next((one for one in row.candidates if one["agent"] == row.chosen_id), None)
    if chosen is not None:
        return f"{chosen['name']} is the best match: {_fits(chosen, row.needs)}"
    above = ", over capacity" if row.above_capacity else ""
    if row.chosen_id == row.by_id:
        return f"Claimed by {row.chosen}{above}"
    return f"Assigned by {row.by} to {row.chosen}{above}" if row.by else f"Assigned to {row.chosen}{above}"


def _fits(one: dict, asked: Sequence[dict]) -> str:
    parts = [f"{need['name']} {level}" for need, level in zip(asked, one["levels"], strict=True)]
    parts.append(f"load {one['load']} / {one['capacity']}")
    if one["knows"]:
        parts.append("handled this customer before")
    return ", ".join(parts)


def _nobody(refused: Sequence[dict], *, kept: bool) -> str:
    said = "Not reassigned" if kept else "No eligible agent"
    if not refused:
        return f"{said}: there are no agents"
    named = [f"{one['name']} ({one['text'][:1].lower()}{one['text'][1:]})" for one in refused[:_NAMED]]
    more = len(refused) - _NAMED
    return f"{said}: {', '.join(named)}" + (f" and {more} more" if more > 0 else "")


def _nearness(one: Refusal) -> tuple:
    return (_NEARNESS.index(one.code) if one.code in _NEARNESS else len(_NEARNESS)), one.name, one.agent


def _need(one: Need) -> dict:
    return {"specialization": one.specialization, "name": one.name, "level": one.level, "asked": one.asked}


def _candidate(one: Candidate) -> dict:
    names = ("agent", "name", "load", "capacity", "knows", "skill", "room", "history", "score")
    return {name: getattr(one, name) for name in names} | {"levels": list(one.levels)}


def _refusal(one: Refusal, availability: SupportAvailability | None) -> dict:
    text = one.text
    if availability is not None and one.code in NOT_THERE:
        text = f"{text} since {written(availability.state_since)}"
    return {"agent": one.agent, "name": one.name, "code": one.code, "text": text}
