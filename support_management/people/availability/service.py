"""Availability is said, paused, and kept right: each change is an interval with its cause, and an event."""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched

from django.db.models import F

from support_management.audit import log
from support_management.core.errors import Invalid, NotAllowed, NotFound
from support_management.core.time import now
from support_management.events.bus import publish_all
from support_management.events.capability import capability, unit_of_work
from support_management.events.catalogue import AvailabilityChanged
from support_management.people import roles
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.availability.snapshot import AgentSnapshot, agent_snapshots
from support_management.people.availability.state import ABSENT, OFF_SHIFT, cause_of
from support_management.people.models import SupportAvailability, User

Cause, Says = AvailabilityInterval.Cause, SupportAvailability.Says
AT_ONCE = 50
"""So many agents change in one transaction of a sweep."""


@capability
def set_status(*, user: int, says: str, by: User, cause: str = "") -> SupportAvailability:
    """What an agent does from now on, said by themselves or by a lead. Online again: a sign of life, or overtime.

    Invalid unknown_status. NotAllowed not_yours. NotFound for who is no agent.
    """
    if says not in Says.values:
        raise Invalid("unknown_status", f"Status is one of {', '.join(Says.values)}.", field="status")
    row = _take(user, by)
    if row.says == says != Says.ONLINE:
        return row
    _write(row, says=says, since=now())
    log.record(by=by, verb="availability", on=row, before={"says": row.says}, after={"says": says})
    settle(user, cause=cause or (Cause.SAID if by.pk == user else Cause.LEAD), by_id=by.pk)
    return SupportAvailability.objects.get(pk=row.pk)


@capability
def pause(*, user: int, paused: bool, by: User) -> SupportAvailability:
    """Rules give this agent no work until a lead resumes; their state stays. NotAllowed leads_only."""
    roles.require_lead(by, "Only team leads can pause assignment.")
    row = _take(user, by)
    if (row.paused_at is not None) == paused:
        return row
    _write(row, paused_at=now() if paused else None, paused_by=by if paused else None)
    log.record(by=by, verb="pause", on=row, before={"paused": not paused}, after={"paused": paused})
    settle(user, cause=Cause.PAUSE, by_id=by.pk)
    return SupportAvailability.objects.get(pk=row.pk)


def signed_out(user: User) -> None:
    """Signing out says offline."""
    if SupportAvailability.objects.filter(user=user).exists():
        set_status(user=user.pk, says=Says.OFFLINE, by=user, cause=Cause.SIGNED_OUT)


def signed_in(user: User) -> None:
    """Signing out said offline for them; signing in takes that back, and nothing else they said."""
    last = AvailabilityInterval.objects.filter(user=user, ended_at=None).values_list("cause", flat=True).first()
    if last == Cause.SIGNED_OUT:
        set_status(user=user.pk, says=Says.ONLINE, by=user)


def settle(*user_ids: int, cause: str = "", by_id: int | None = None) -> int:
    """Bring the stored states of these agents to what follows from the facts. Returns how many changed.

    Two may settle the same agent at once: the second finds nothing left to do.
    """
    with unit_of_work():
        return _follow(agent_snapshots(user_ids), cause, by_id)


def settle_all() -> int:
    """What time alone has changed: who was not seen, shifts, absences. Returns how many states."""
    differing = [one.user_id for one in agent_snapshots() if one.differs]
    return sum(settle(*some) for some in batched(differing, AT_ONCE, strict=False))


def _take(user: int, by: User) -> SupportAvailability:
    """The row, held until the transaction ends."""
    row = SupportAvailability.objects.select_for_update().filter(user=user).first()
    if row is None:
        raise NotFound("This agent")
    if by.pk != user and not by.is_lead:
        raise NotAllowed("not_yours", "Only team leads can set the status of others.")
    return row


def _write(row: SupportAvailability, **facts) -> None:
    SupportAvailability.objects.filter(pk=row.pk).update(version=F("version") + 1, **facts)


def _follow(agents: Iterable[AgentSnapshot], cause: str, by_id: int | None) -> int:
    events = []
    for one in agents:
        why = str(cause or _cause(one, by_id))
        if one.differs and _change(one, why, by_id):
            state, available = one.after.state, one.after.available
            events.append(
                AvailabilityChanged(agent_id=one.user_id, state=state, available=available, cause=why, by_id=by_id)
            )
    if events:
        publish_all(events)
    return len(events)


def _cause(one: AgentSnapshot, by_id: int | None) -> str:
    said = Cause.LEAD if by_id not in (None, one.user_id) else Cause.SAID
    return cause_of(one.before.why_not, one.after.why_not) or said


def _change(one: AgentSnapshot, cause: str, by_id: int | None) -> bool:
    """False when somebody else was first: then it is as it should be, or settled by whoever wrote the facts."""
    moment, after = now(), one.after
    waited = one.before.why_not in (ABSENT, OFF_SHIFT)  # who is late for the shift is late from its beginning
    began = moment if after.began is None or waited else min(after.began, moment)
    same = one.before.state == after.state
    changed = SupportAvailability.objects.filter(
        pk=one.pk,
        says=one.facts.says,
        since=one.facts.since,
        paused_at__isnull=not one.facts.paused,
        state=one.before.state,
        available=one.before.available,
        why_not=one.before.why_not,
    ).update(
        state=after.state,
        state_since=one.state_since if same else began,
        available=after.available,
        why_not=after.why_not,
    )
    if changed:
        _begin_interval(one, began, cause, by_id)
    return bool(changed)


def _begin_interval(one: AgentSnapshot, began: datetime, cause: str, by_id: int | None) -> None:
    """The open one ends where the next begins; both never before the open one began."""
    rows = AvailabilityInterval.objects.filter(user=one.user_id)
    at = max([began, *rows.filter(ended_at=None).values_list("began_at", flat=True)])
    rows.filter(ended_at=None).update(ended_at=at)
    rows.create(
        user_id=one.user_id,
        state=one.after.state,
        available=one.after.available,
        why_not=one.after.why_not,
        cause=cause,
        by_id=by_id,
        began_at=at,
    )
