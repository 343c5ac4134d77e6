"""Units of open work that agents carry. Rows of people are written after rows of work, in order of pk."""

from django.db.models import F, Value
from django.db.models.functions import Greatest

from support_management.core.errors import Conflict
from support_management.core.time import now
from support_management.people.models import SupportProfile, SupportWorkloadTracker, User


def reserve(*, agent_id: int, units: int) -> None:
    """Take room for `units`, or Conflict no_room when load + units exceeds the capacity."""
    capacity = SupportProfile.objects.filter(user_id=agent_id).values_list("capacity", flat=True).first()
    if capacity is None:
        raise Conflict("not_an_agent", "Only agents can own work.")
    taken = SupportWorkloadTracker.objects.filter(user_id=agent_id, load__lte=capacity - units).update(
        load=F("load") + units, last_assigned_at=now()
    )
    if not taken:
        load = SupportWorkloadTracker.objects.values_list("load", flat=True).get(user_id=agent_id)
        raise Conflict("no_room", f"No room: {load} of {capacity} units are taken and this needs {units}.")


def add(*, agent_id: int, units: int, assigned: bool = False) -> None:
    """Change the load without asking for room (a lead's hand, a status change)."""
    facts = {"last_assigned_at": now()} if assigned else {}
    SupportWorkloadTracker.objects.filter(user_id=agent_id).update(
        load=Greatest(F("load") + units, Value(0)), **facts
    )


def move(*, before: tuple[int | None, int], after: tuple[int | None, int], within_capacity: bool) -> None:
    """Work of (agent, units) became work of (agent, units)."""
    if before == after:
        return
    (old, gone), (new, come) = before, after
    if old == new and new is not None:
        add(agent_id=new, units=come - gone)
        return
    steps = sorted([(old, -gone), (new, come)], key=lambda step: step[0] or 0)
    for agent_id, units in steps:
        if agent_id is None:
            continue
        if agent_id == new and within_capacity:
            reserve(agent_id=agent_id, units=units)
        else:
            add(agent_id=agent_id, units=units, assigned=agent_id == new)


def note_activity(*, agent_id: int | None, **totals: int) -> None:
    """Lifetime totals and the moment of the last action of an agent."""
    if agent_id is None:
        return
    facts = {name: F(name) + amount for name, amount in totals.items()}
    SupportWorkloadTracker.objects.filter(user_id=agent_id).update(last_activity=now(), **facts)


def correct(*, agent_id: int, load: int) -> None:
    """Set the load to what was recounted."""
    SupportWorkloadTracker.objects.filter(user_id=agent_id).exclude(load=load).update(load=load)


def totals(agent: User) -> SupportWorkloadTracker:
    """What the agent did in all; nothing for a person who owns no work."""
    return SupportWorkloadTracker.objects.filter(user=agent).first() or SupportWorkloadTracker(user=agent)
