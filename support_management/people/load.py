"""Units of open work that agents carry, in all and of each kind.

Rows of people are written after rows of work, in order of pk.
"""

from functools import cache

from django.db.models import F, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from support_management.core.errors import Conflict
from support_management.core.prepared_statements import Parameter, PreparedUpdate
from support_management.core.time import now
from support_management.people.models import SupportProfile, SupportWorkloadTracker

TICKET, DISPUTE = "ticket", "dispute"
"""Kinds of work with a load, and maybe a capacity, of their own."""
UNBOUND = 32_767
"""More than anybody's capacity."""


def reserve(kind: str, *, agent_id: int, units: int) -> None:
    """Take room for `units`, or Conflict: no_room when load + units exceeds a capacity, not_active, not_an_agent.

    There are two capacities: in all, and maybe one for work of this kind.
    """
    working = SupportProfile.objects.filter(user_id=agent_id, status=SupportProfile.Status.ACTIVE)
    room = Subquery(working.values("capacity"), output_field=IntegerField()) - Value(units)
    of_kind = Subquery(working.values(f"{kind}_capacity"), output_field=IntegerField())
    fits = {"load__lte": room, f"{kind}_load__lte": Coalesce(of_kind, Value(UNBOUND)) - Value(units)}
    taken = SupportWorkloadTracker.objects.filter(user_id=agent_id, **fits).update(
        **_more(kind, units), last_assigned_at=now()
    )
    if not taken:
        raise _refusal(kind, agent_id, units)


def _refusal(kind: str, agent_id: int, units: int) -> Conflict:
    profile = SupportProfile.objects.select_related("user__workload").filter(user_id=agent_id).first()
    if profile is None or not hasattr(profile.user, "workload"):
        return Conflict("not_an_agent", "Only agents can be assigned work.")
    if profile.status != SupportProfile.Status.ACTIVE:
        return Conflict(
            "not_active", f"{profile.user} is {profile.get_status_display().lower()} and can't be assigned work."
        )
    load, capacity, what = profile.user.workload.load, profile.capacity, "units"
    if load + units <= capacity:
        load, what = getattr(profile.user.workload, f"{kind}_load"), f"units for {kind}s"
        capacity = getattr(profile, f"{kind}_capacity")
    return Conflict("no_room", f"Not enough capacity: {load} of {capacity} {what} are in use and this needs {units}.")


def add(kind: str, *, agent_id: int, units: int, assigned: bool = False) -> None:
    """Change the load without asking for room (a lead's hand, a status change)."""
    facts = {"last_assigned_at": now()} if assigned else {}
    if units or facts:
        SupportWorkloadTracker.objects.filter(user_id=agent_id).update(**_more(kind, units), **facts)


def _more(kind: str, units: int) -> dict:
    return {name: Greatest(F(name) + units, Value(0)) for name in ("load", f"{kind}_load")}


def move(kind: str, *, before: tuple[int | None, int], after: tuple[int | None, int], within_capacity: bool) -> None:
    """Work of (agent, units) became work of (agent, units)."""
    (old, gone), (new, come) = before, after
    if old == new:
        if new is not None:
            add(kind, agent_id=new, units=come - gone)
        return
    for agent_id, units in sorted([(old, -gone), (new, come)], key=lambda step: step[0] or 0):
        if agent_id is None:
            continue
        if agent_id == new and within_capacity:
            reserve(kind, agent_id=agent_id, units=units)
        else:
            add(kind, agent_id=agent_id, units=units, assigned=agent_id == new)


def is_over(agent_id: int) -> bool:
    """Whether they carry more than their capacity: a lead's hand may see to it."""
    rows = SupportWorkloadTracker.objects.filter(user=agent_id, load__gt=F("user__support_profile__capacity"))
    return rows.exists()


def note_activity(*agent_ids: int, **totals: int) -> None:
    """The moment of the last action of agents, and what it adds to their lifetime totals."""
    for agent_id in agent_ids:
        _noted(tuple(totals))(agent=agent_id, at=now(), **totals)


def count_done(agent_id: int, **totals: int) -> None:
    """What was done to work of theirs, by whichever hand: their totals grow, and it is no sign of life."""
    sums = {name: F(name) + number for name, number in totals.items()}
    SupportWorkloadTracker.objects.filter(user_id=agent_id).update(**sums)


@cache
def _noted(totals: tuple[str, ...]) -> PreparedUpdate:
    """The statement that writes the moment and adds to these totals."""
    tracker = SupportWorkloadTracker._meta
    sums = {name: F(name) + Parameter(name, tracker.get_field(name)) for name in totals}
    rows = SupportWorkloadTracker.objects.filter
    return PreparedUpdate(
        lambda: rows(user_id=Parameter("agent")),
        last_activity=Parameter("at", tracker.get_field("last_activity")),
        **sums,
    )


def correct(sums: dict[str, dict[int, int]], *, agent_ids: list[int] | None = None) -> None:
    """Set the loads of agents (None: of all) to what was counted, by kind. Only wrong rows are written."""
    rows = SupportWorkloadTracker.objects.order_by("user")
    if agent_ids is not None:
        rows = rows.filter(user__in=agent_ids)
    for agent_id, *known in rows.values_list("user", "load", "ticket_load", "dispute_load"):
        tickets, disputes = (sums[kind].get(agent_id, 0) for kind in (TICKET, DISPUTE))
        if known != [tickets + disputes, tickets, disputes]:
            facts = {"load": tickets + disputes, "ticket_load": tickets, "dispute_load": disputes}
            SupportWorkloadTracker.objects.filter(user_id=agent_id).update(**facts)


def lock(agent_ids: list[int] | None = None) -> None:
    """Keep the figures of agents (None: of all) from moving until the transaction ends."""
    rows = SupportWorkloadTracker.objects.select_for_update().order_by("user")
    list((rows if agent_ids is None else rows.filter(user__in=agent_ids)).values_list("pk"))
