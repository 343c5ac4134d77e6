"""Load of agents: units of open work, in total and by kind.

To avoid deadlocks, rows of people are written after rows of work, in order of pk.
"""

from django.db.models import F, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from support_management.core.errors import Conflict
from support_management.core.prepared_statements import Parameter, PreparedUpdate
from support_management.core.time import now
from support_management.people.models import SupportProfile, SupportWorkloadTracker

TICKET, DISPUTE = "ticket", "dispute"
"""Kinds of work with a separate load and an optional separate capacity."""
UNLIMITED = 32_767
"""More than any capacity."""


def reserve(kind: str, *, agent_id: int, units: int) -> None:
    """Add `units` to the load if the total capacity and the capacity of this kind (if any) allow it.

    Conflict no_room when load + units exceeds a capacity, not_active, not_an_agent.
    """
    active_profile = SupportProfile.objects.filter(user_id=agent_id, status=SupportProfile.Status.ACTIVE)
    free_for_work = Subquery(active_profile.values("capacity"), output_field=IntegerField()) - Value(units)
    of_kind = Subquery(active_profile.values(f"{kind}_capacity"), output_field=IntegerField())
    fits = {"load__lte": free_for_work, f"{kind}_load__lte": Coalesce(of_kind, Value(UNLIMITED)) - Value(units)}
    updated = SupportWorkloadTracker.objects.filter(user_id=agent_id, **fits).update(
        **_added(kind, units), last_assigned_at=now()
    )
    if not updated:
        raise _refusal(kind, agent_id, units)


def _refusal(kind: str, agent_id: int, units: int) -> Conflict:
    profile = SupportProfile.objects.select_related("user__workload").filter(user_id=agent_id).first()
    if profile is None or not hasattr(profile.user, "workload"):
        return Conflict("not_an_agent", "Only agents can be assigned work.")
    if profile.status != SupportProfile.Status.ACTIVE:
        return Conflict(
            "not_active", f"This agent is {profile.get_status_display().lower()} and can't be assigned work."
        )
    load, capacity, label = profile.user.workload.load, profile.capacity, "units"
    if load + units <= capacity:
        load, label = getattr(profile.user.workload, f"{kind}_load"), f"units for {kind}s"
        capacity = getattr(profile, f"{kind}_capacity")
    return Conflict("no_room", f"Not enough capacity: {load} of {capacity} {label} are in use and this needs {units}.")


def add(kind: str, *, agent_id: int, units: int, assigned: bool = False) -> None:
    """Change the load without a check of the capacity (override by a lead, status change)."""
    fields = {"last_assigned_at": now()} if assigned else {}
    if units or fields:
        SupportWorkloadTracker.objects.filter(user_id=agent_id).update(**_added(kind, units), **fields)


def _added(kind: str, units: int) -> dict:
    return {name: Greatest(F(name) + units, Value(0)) for name in ("load", f"{kind}_load")}


def move(kind: str, *, before: tuple[int | None, int], after: tuple[int | None, int], within_capacity: bool) -> None:
    """Update the loads after a change of owner or units; `before` and `after` are (agent id, units).

    `within_capacity`: as `reserve` for the new owner, with its Conflicts.
    """
    (old, old_units), (new, new_units) = before, after
    if old == new:
        if new is not None:
            add(kind, agent_id=new, units=new_units - old_units)
        return
    for agent_id, units in sorted([(old, -old_units), (new, new_units)], key=lambda step: step[0] or 0):
        if agent_id is None:
            continue
        if agent_id == new and within_capacity:
            reserve(kind, agent_id=agent_id, units=units)
        else:
            add(kind, agent_id=agent_id, units=units, assigned=agent_id == new)


def is_over(agent_id: int) -> bool:
    """Whether the load exceeds the capacity, which is possible after an override."""
    rows = SupportWorkloadTracker.objects.filter(user=agent_id, load__gt=F("user__support_profile__capacity"))
    return rows.exists()


def note_activity(*agent_ids: int) -> None:
    """Record an action of these agents now."""
    for agent_id in agent_ids:
        _note_activity(agent=agent_id, at=now())


_note_activity = PreparedUpdate(
    lambda: SupportWorkloadTracker.objects.filter(user_id=Parameter("agent")),
    last_activity=Parameter("at", SupportWorkloadTracker._meta.get_field("last_activity")),
)


type Loads = tuple[int, int, int]
"""Load in total, of tickets, of disputes."""


def correct(sums: dict[str, dict[int, int]], *, agent_ids: list[int] | None = None) -> None:
    """Set the loads of agents (None: all) to these sums of units, by kind and agent id. Only wrong rows are written."""
    for agent_id, _, (total, tickets, disputes) in wrong(sums, agent_ids=agent_ids):
        fields = {"load": total, "ticket_load": tickets, "dispute_load": disputes}
        SupportWorkloadTracker.objects.filter(user_id=agent_id).update(**fields)


def wrong(sums: dict[str, dict[int, int]], *, agent_ids: list[int] | None = None) -> list[tuple[int, Loads, Loads]]:
    """Agents whose stored loads are not these sums, with both."""
    rows = SupportWorkloadTracker.objects.order_by("user")
    if agent_ids is not None:
        rows = rows.filter(user__in=agent_ids)
    found: list[tuple[int, Loads, Loads]] = []
    for agent_id, *stored in rows.values_list("user", "load", "ticket_load", "dispute_load"):
        tickets, disputes = (sums[kind].get(agent_id, 0) for kind in (TICKET, DISPUTE))
        counted = (tickets + disputes, tickets, disputes)
        if tuple(stored) != counted:
            found.append((agent_id, tuple(stored), counted))
    return found


def lock(agent_ids: list[int] | None = None) -> None:
    """Lock the loads of agents (None: all) until the transaction ends."""
    rows = SupportWorkloadTracker.objects.select_for_update().order_by("user")
    list((rows if agent_ids is None else rows.filter(user__in=agent_ids)).values_list("pk"))
