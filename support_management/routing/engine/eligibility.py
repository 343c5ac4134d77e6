"""Which agents are eligible for a piece of work, and the first reason for each agent who is not."""

from support_management.routing.engine.types import Agent, Refusal, Work

AWAY = {
    "away": "Away",
    "unseen": "No recent activity",
    "break": "On a break",
    "offline": "Offline",
    "absent": "Planned absence",
    "off_shift": "Off shift",
    "paused": "Assignment paused",
    "suspended": "Suspended",
    "inactive": "Inactive",
}
"""Codes of unavailability and the text that people read."""
MOVE_GAIN = 0.1
"""Minimum drop in relative load (load ÷ capacity) that justifies moving work away from an owner who can keep it."""

Reason = tuple[str, str]
"""Code and text of a refusal."""


def refusal(work: Work, agent: Agent, owner: Agent | None = None) -> Refusal | None:
    """Why this agent is not eligible, or None. `owner`: the current owner, if they can keep the work."""
    reason = lasting_reason(work, agent) or load_reason(work, agent, owner)
    return refusal_for(agent, reason) if reason else None


def refusal_for(agent: Agent, reason: Reason) -> Refusal:
    """Build the refusal of this agent from a reason."""
    code, text = reason
    return Refusal(agent=agent.id, name=agent.name, code=code, text=text)


def lasting_reason(work: Work, agent: Agent) -> Reason | None:
    """The reason that more free capacity would not remove: owner, availability, website, skill or cool-down."""
    if agent.id == work.owner:
        return "is_owner", "Already assigned"
    if not agent.available:
        return agent.why_not or "away", AWAY.get(agent.why_not, "Not available")
    return match_reason(work, agent)


def match_reason(work: Work, agent: Agent) -> Reason | None:
    """Website, skill or cool-down, regardless of availability and of the current owner."""
    if work.website is not None and agent.websites and work.website not in agent.websites:
        return "not_served", "Does not cover this website"
    for need in work.needs:
        level = agent.skills.get(need.specialization, 0)
        if not level:
            return "no_skill", f"No {need.name} skill"
        if level < need.level:
            return "no_skill", f"{need.name} {level}, requires {need.level}"
    if agent.id in work.avoid:
        return "had_it", "Had it recently"
    return None


def load_reason(work: Work, agent: Agent, owner: Agent | None) -> Reason | None:
    """Lack of capacity or, with an owner who can keep the work, too little gain."""
    return capacity_reason(work, agent) or (gain_reason(work, agent, owner) if owner else None)


def capacity_reason(work: Work, agent: Agent) -> Reason | None:
    """Lack of free capacity in total, or for work of this kind."""
    if agent.load + work.units > agent.capacity:
        return "no_room", _capacity_text(agent.load, agent.capacity, work.units)
    limit = agent.capacities.get(work.kind)
    load = agent.loads.get(work.kind, 0)
    if limit is not None and load + work.units > limit:
        return "no_room_kind", _capacity_text(load, limit, work.units, of=f"{work.kind} ")
    return None


def _capacity_text(load: int, capacity: int, units: int, *, of: str = "") -> str:
    if load > capacity:
        return f"Over {of}capacity by {load - capacity}"
    return f"Has {load} of {capacity} {of}units; this needs {units}"


def can_keep(work: Work, owner: Agent | None) -> bool:
    """Whether the owner is available and eligible, so that only a lower load justifies a move."""
    return owner is not None and owner.id == work.owner and owner.available and match_reason(work, owner) is None


def gain_reason(work: Work, agent: Agent, owner: Agent) -> Reason | None:
    """Work of an owner who can keep it moves only to a clearly lower relative load (`MOVE_GAIN`)."""
    if load_after(work, agent) + MOVE_GAIN <= load_after(work, owner, added_units=0):
        return None
    return "no_better", f"No better match than {owner.name}"


def load_after(work: Work, agent: Agent, *, added_units: int | None = None) -> float:
    """Load plus `added_units` (default: the units of the work) ÷ capacity. No capacity counts as full."""
    units = agent.load + (work.units if added_units is None else added_units)
    return units / agent.capacity if agent.capacity else 1.0 + units
