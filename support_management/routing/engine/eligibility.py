"""Who can take a piece of work at all, and for each other the first reason why not."""

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
"""Codes of who is not available, and what people read."""
MOVE_GAIN = 0.1
"""So much lower must somebody's relative load be, after taking it, for work to leave an owner who can go on with it."""

Reason = tuple[str, str]


def refusal(work: Work, agent: Agent, owner: Agent | None = None) -> Refusal | None:
    """Why this agent cannot take it, or None. `owner`: who has it, when they could go on with it."""
    reason = standing(work, agent) or full(work, agent) or (no_better(work, agent, owner) if owner else None)
    return refused(agent, reason) if reason else None


def refused(agent: Agent, reason: Reason) -> Refusal:
    code, text = reason
    return Refusal(agent=agent.id, name=agent.name, code=code, text=text)


def standing(work: Work, agent: Agent) -> Reason | None:
    """What no freed room changes: it is theirs, they are not there, do not serve it, lack a skill, had it just now."""
    if agent.id == work.owner:
        return "is_owner", "Already assigned"
    if not agent.available:
        return agent.why_not or "away", AWAY.get(agent.why_not, "Not available")
    return fitness(work, agent)


def fitness(work: Work, agent: Agent) -> Reason | None:
    """The same of somebody who is there, whoever has it: website, skills, cool-down."""
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


def full(work: Work, agent: Agent) -> Reason | None:
    """No room in all, or for work of this kind."""
    if agent.load + work.units > agent.capacity:
        return "no_room", _full(agent.load, agent.capacity, work.units)
    limit = agent.capacities.get(work.kind)
    load = agent.loads.get(work.kind, 0)
    if limit is not None and load + work.units > limit:
        return "no_room_kind", _full(load, limit, work.units, of=f"{work.kind} ")
    return None


def _full(load: int, capacity: int, units: int, *, of: str = "") -> str:
    if load > capacity:
        return f"Over {of}capacity by {load - capacity}"
    return f"Has {load} of {capacity} {of}units; this needs {units}"


def stays_with(work: Work, owner: Agent | None) -> bool:
    """Whether the owner could go on with it, so that only a better place is a reason to move it."""
    return owner is not None and owner.id == work.owner and owner.available and fitness(work, owner) is None


def no_better(work: Work, agent: Agent, owner: Agent) -> Reason | None:
    """Work moves from somebody who could go on with it only to clearly less load than is there now."""
    if after(work, agent) + MOVE_GAIN <= after(work, owner, taken=0):
        return None
    return "no_better", f"No better match than {owner.name}"


def after(work: Work, agent: Agent, *, taken: int | None = None) -> float:
    """Relative load once it is taken: load ÷ capacity. Nothing taken of no capacity counts as full."""
    units = agent.load + (work.units if taken is None else taken)
    return units / agent.capacity if agent.capacity else 1.0 + units
