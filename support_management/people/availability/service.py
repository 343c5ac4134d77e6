"""Set, pause and update availability. Each change writes an interval with its cause and publishes an event."""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from django.db.models import F, Model, Q

from support_management.audit import log
from support_management.core.errors import Invalid, NotAllowed, NotFound
from support_management.core.time import AHEAD, now
from support_management.events.bus import publish_all
from support_management.events.capability import capability, unit_of_work
from support_management.events.catalogue import AvailabilityChanged
from support_management.people import roles
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.availability.snapshot import AgentSnapshot, agent_snapshots
from support_management.people.availability.state import ABSENT, OFF_SHIFT, cause_of
from support_management.people.models import SupportAvailability, SupportWorkloadTracker, User

Cause, Says = AvailabilityInterval.Cause, SupportAvailability.Says
BATCH_SIZE = 50
"""Agents updated in one transaction of a sweep."""
_NEW = Q(availability_intervals__ended_at=None, availability_intervals__cause=Cause.NEW)
_SEEN = Q(availability__last_seen_at__isnull=False) | Q(workload__last_activity__isnull=False)


@capability
def set_status(*, user: int, says: str, by: User, cause: str = "") -> SupportAvailability:
    """Set the status of an agent, by themselves or by a lead. Setting online again counts as activity or overtime.

    Invalid unknown_status, NotAllowed not_yours, NotFound unless the user is an agent.
    """
    if says not in Says.values:
        raise Invalid("unknown_status", f"Status is one of {', '.join(Says.values)}.", field="status")
    row = _locked(user, by)
    if row.says == says != Says.ONLINE:
        return row
    _write(row, says=says, since=now())
    log.record(by=by, verb="availability", on=row, before={"says": row.says}, after={"says": says})
    settle(user, cause=cause or (Cause.SAID if by.pk == user else Cause.LEAD), by_id=by.pk)
    return SupportAvailability.objects.get(pk=row.pk)


@capability
def pause(*, user: int, paused: bool, by: User) -> SupportAvailability:
    """Pause or resume automatic assignment to an agent; their state does not change. NotAllowed leads_only."""
    roles.require_lead(by, "Only team leads can pause assignment.")
    row = _locked(user, by)
    if (row.paused_at is not None) == paused:
        return row
    _write(row, paused_at=now() if paused else None, paused_by=by if paused else None)
    log.record(by=by, verb="pause", on=row, before={"paused": not paused}, after={"paused": paused})
    settle(user, cause=Cause.PAUSE, by_id=by.pk)
    return SupportAvailability.objects.get(pk=row.pk)


def signed_out(user: User) -> None:
    """Set the status to offline on sign-out."""
    if SupportAvailability.objects.filter(user=user).exists():
        set_status(user=user.pk, says=Says.OFFLINE, by=user, cause=Cause.SIGNED_OUT)


def signed_in(user: User) -> None:
    """Set the status to online at the first sign-in, and if the last sign-out set it to offline."""
    last = AvailabilityInterval.objects.filter(user=user, ended_at=None).values_list("cause", flat=True).first()
    if last in (Cause.NEW, Cause.SIGNED_OUT):
        set_status(user=user.pk, says=Says.ONLINE, by=user)


def settle(*user_ids: int, cause: str = "", by_id: int | None = None) -> int:
    """Update the stored states of these agents. Returns the number of changes.

    Safe to run concurrently: a second run for the same agent changes nothing.
    """
    with unit_of_work():
        return _apply(agent_snapshots(user_ids), cause, by_id)


def settle_all() -> int:
    """Update the states that time alone has changed: inactivity, shifts, absences. Returns the number of changes.

    New agents who were seen, in a console or by what they did through the API, go online.
    """
    for user in User.objects.filter(_NEW, _SEEN):
        set_status(user=user.pk, says=Says.ONLINE, by=user, cause=Cause.SEEN)
    agents = agent_snapshots()
    if ahead := [agent.user_id for agent in agents if agent.is_ahead]:
        _bring_back(ahead)
        agents = agent_snapshots()
    outdated = [agent.user_id for agent in agents if agent.differs]
    return sum(settle(*user_ids) for user_ids in batched(outdated, BATCH_SIZE, strict=False))


def _bring_back(user_ids: Iterable[int]) -> None:
    """Move what these agents seem to have done in the future to now: the clock was set back since."""
    moment, people = now(), set(user_ids)
    columns: dict[type[Model], tuple[str, ...]] = {
        SupportAvailability: ("since", "state_since", "last_seen_at"),
        SupportWorkloadTracker: ("last_activity", "last_assigned_at"),
    }
    with unit_of_work():
        for model, names in columns.items():
            for name in names:
                rows = model._default_manager.filter(user__in=people, **{f"{name}__gt": moment + AHEAD})
                rows.update(**{name: moment})


def _locked(user: int, by: User) -> SupportAvailability:
    """The row of this agent, locked until the transaction ends."""
    row = SupportAvailability.objects.select_for_update().filter(user=user).first()
    if row is None:
        raise NotFound("This agent")
    if by.pk != user and not by.is_lead:
        raise NotAllowed("not_yours", "Only team leads can set the status of others.")
    return row


def _write(row: SupportAvailability, **fields) -> None:
    SupportAvailability.objects.filter(pk=row.pk).update(version=F("version") + 1, **fields)


def _apply(agents: Iterable[AgentSnapshot], cause: str, by_id: int | None) -> int:
    events = []
    for agent in agents:
        why = str(cause or _cause(agent, by_id))
        if agent.differs and _change(agent, why, by_id):
            state, available = agent.after.state, agent.after.available
            events.append(
                AvailabilityChanged(agent_id=agent.user_id, state=state, available=available, cause=why, by_id=by_id)
            )
    if events:
        publish_all(events)
    return len(events)


def _cause(agent: AgentSnapshot, by_id: int | None) -> str:
    manual = Cause.LEAD if by_id not in (None, agent.user_id) else Cause.SAID
    return cause_of(agent.before.why_not, agent.after.why_not) or manual


def _change(agent: AgentSnapshot, cause: str, by_id: int | None) -> bool:
    """Store the new state. False after a concurrent change, whose author updates the state."""
    moment, after = now(), agent.after
    was_scheduled = agent.before.why_not in (ABSENT, OFF_SHIFT)  # a missed start counts from the beginning of the shift
    began = moment if after.began is None or was_scheduled else min(after.began, moment)
    same_state = agent.before.state == after.state
    changed = SupportAvailability.objects.filter(
        pk=agent.pk,
        says=agent.signals.says,
        since=agent.signals.since,
        paused_at__isnull=not agent.signals.paused,
        state=agent.before.state,
        available=agent.before.available,
        why_not=agent.before.why_not,
    ).update(
        state=after.state,
        state_since=agent.state_since if same_state else began,
        available=after.available,
        why_not=after.why_not,
    )
    if changed:
        _begin_interval(agent, began, cause, by_id)
    return bool(changed)


def _begin_interval(agent: AgentSnapshot, began: datetime, cause: str, by_id: int | None) -> None:
    """Close the open interval and begin the next at the same time, never before the open one began."""
    rows = AvailabilityInterval.objects.filter(user=agent.user_id)
    at = max([began, *rows.filter(ended_at=None).values_list("began_at", flat=True)])
    rows.filter(ended_at=None).update(ended_at=at)
    rows.create(
        user_id=agent.user_id,
        state=agent.after.state,
        available=agent.after.available,
        why_not=agent.after.why_not,
        cause=cause,
        by_id=by_id,
        began_at=at,
    )
