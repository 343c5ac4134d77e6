"""Units of open work that agents carry. Rows of people are written after rows of work, in order of pk."""

from functools import cache

from django.db.models import F, IntegerField, Subquery, Value
from django.db.models.functions import Greatest

from support_management.core.errors import Conflict
from support_management.core.prepared import Change, Slot
from support_management.core.time import now
from support_management.people.models import SupportProfile, SupportWorkloadTracker


def reserve(*, agent_id: int, units: int) -> None:
    """Take room for `units`, or Conflict: no_room when load + units exceeds the capacity, not_active, not_an_agent."""
    working = SupportProfile.objects.filter(user_id=agent_id, status=SupportProfile.Status.ACTIVE)
    room = Subquery(working.values("capacity"), output_field=IntegerField()) - Value(units)
    taken = SupportWorkloadTracker.objects.filter(user_id=agent_id, load__lte=room).update(
        load=F("load") + units, last_assigned_at=now()
    )
    if not taken:
        raise _refusal(agent_id, units)


def _refusal(agent_id: int, units: int) -> Conflict:
    profile = SupportProfile.objects.select_related("user__workload").filter(user_id=agent_id).first()
    if profile is None or not hasattr(profile.user, "workload"):
        return Conflict("not_an_agent", "Only agents can own work.")
    if profile.status != SupportProfile.Status.ACTIVE:
        return Conflict("not_active", f"{profile.user} is {profile.get_status_display().lower()} and takes no work.")
    load = profile.user.workload.load
    return Conflict("no_room", f"No room: {load} of {profile.capacity} units are taken and this needs {units}.")


def add(*, agent_id: int, units: int, assigned: bool = False) -> None:
    """Change the load without asking for room (a lead's hand, a status change)."""
    facts = {"last_assigned_at": now()} if assigned else {}
    if units or facts:
        SupportWorkloadTracker.objects.filter(user_id=agent_id).update(
            load=Greatest(F("load") + units, Value(0)), **facts
        )


def move(*, before: tuple[int | None, int], after: tuple[int | None, int], within_capacity: bool) -> None:
    """Work of (agent, units) became work of (agent, units)."""
    (old, gone), (new, come) = before, after
    if old == new:
        if new is not None:
            add(agent_id=new, units=come - gone)
        return
    for agent_id, units in sorted([(old, -gone), (new, come)], key=lambda step: step[0] or 0):
        if agent_id is None:
            continue
        if agent_id == new and within_capacity:
            reserve(agent_id=agent_id, units=units)
        else:
            add(agent_id=agent_id, units=units, assigned=agent_id == new)


def note_activity(*agent_ids: int, **totals: int) -> None:
    """The moment of the last action of agents, and what it adds to their lifetime totals."""
    for agent_id in agent_ids:
        _noted(tuple(totals))(agent=agent_id, at=now(), **totals)


def count_done(agent_id: int, **totals: int) -> None:
    """What was done to work of theirs, by whichever hand: their totals grow, and it is no sign of life."""
    sums = {name: F(name) + number for name, number in totals.items()}
    SupportWorkloadTracker.objects.filter(user_id=agent_id).update(**sums)


@cache
def _noted(totals: tuple[str, ...]) -> Change:
    """The statement that writes the moment and adds to these totals."""
    tracker = SupportWorkloadTracker._meta
    sums = {name: F(name) + Slot(name, tracker.get_field(name)) for name in totals}
    rows = SupportWorkloadTracker.objects.filter
    return Change(
        lambda: rows(user_id=Slot("agent")), last_activity=Slot("at", tracker.get_field("last_activity")), **sums
    )


def correct(sums: dict[int, int], *, agent_ids: list[int] | None = None) -> None:
    """Set the load of agents (None: of all) to what was counted. Only wrong rows are written."""
    rows = SupportWorkloadTracker.objects.order_by("user")
    if agent_ids is not None:
        rows = rows.filter(user__in=agent_ids)
    for agent_id, known in rows.values_list("user", "load"):
        if known != sums.get(agent_id, 0):
            SupportWorkloadTracker.objects.filter(user_id=agent_id).update(load=sums.get(agent_id, 0))


def hold(agent_ids: list[int] | None = None) -> None:
    """Keep the figures of agents (None: of all) from moving until the transaction ends."""
    rows = SupportWorkloadTracker.objects.select_for_update().order_by("user")
    list((rows if agent_ids is None else rows.filter(user__in=agent_ids)).values_list("pk"))
