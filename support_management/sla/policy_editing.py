"""Admins write promises. Each change of what a policy says is a new version; running clocks keep theirs or follow."""

from dataclasses import dataclass

from django.db.models import F, Max

from support_management.audit import log
from support_management.calendars.defaults import always_open
from support_management.calendars.models import BusinessCalendar
from support_management.conditions import checks
from support_management.core import text
from support_management.core.errors import Conflict, Invalid
from support_management.core.locking import lock
from support_management.core.ordering import clean_position
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import PolicyChanged
from support_management.people import roles
from support_management.people.models import User
from support_management.sla.lifecycle import follow_up
from support_management.sla.models import OrderDisputeSLA, SLAPolicy, SLAPolicyVersion, WorkKind
from support_management.sla.policy import validation
from support_management.sla.policy.matching import all_policies

SAYS = ("conditions", "targets", "calendar", "pause_on", "thresholds")
"""What a version keeps. A change of name, position or active makes one as well: whoever looked before it is told."""
KEEP, FOLLOW = "keep", "follow"
FOR_ADMINS = "Only admins can change SLA policies."


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValues:
    """What a policy is to say. None: as it is, or as usual for a new one."""

    name: str | None = None
    position: int | None = None
    active: bool | None = None
    conditions: object = None
    targets: object = None
    calendar: int | None = None
    pause_on: object = None
    thresholds: object = None


@capability
def create(*, by: User, saying: PolicyValues, running: str = KEEP) -> SLAPolicy:
    """A new promise, last unless a position is given; whoever stands there and after moves down.

    `running` is "keep" or "follow": whether running clocks of work that it is for now take it over.
    """
    roles.require_admin(by, FOR_ADMINS)
    _require_known(running)
    if saying.name is None or saying.targets is None:
        field = "name" if saying.name is None else "targets"
        raise Invalid("required", "Enter a name and at least one target.", field=field)
    row = SLAPolicy(**_facts(saying), position=_place(saying.position))
    if saying.calendar is None:
        row.calendar = always_open()
    _require_reachable(row, saying)
    row.save()
    keep_version(row, by=by)
    log.record(by=by, verb="create", on=row, before={}, after=_told(row))
    if running == FOLLOW:
        follow_up.ask(policy=row.pk, by_id=by.pk)
    publish(PolicyChanged(policy_id=row.pk, by_id=by.pk))
    return row


@capability
def change(
    *, policy: int, by: User, saying: PolicyValues, running: str = KEEP, version: int | None = None
) -> SLAPolicy:
    """Say something else. `running` is "keep" or "follow": whether clocks that run under it take the change over."""
    roles.require_admin(by, FOR_ADMINS)
    _require_known(running)
    row = lock(SLAPolicy, policy, version)
    before = _told(row)
    _say(row, saying)
    _require_reachable(row, saying)
    if saying.position is not None and saying.position != row.position:
        row.position = _place(saying.position, except_id=row.pk)
    if before != _told(row):
        row.version += 1
        row.save()
        keep_version(row, by=by)
        log.record(by=by, verb="change", on=row, before=before, after=_told(row))
    if running == FOLLOW:
        follow_up.ask(policy=row.pk, by_id=by.pk)
    publish(PolicyChanged(policy_id=row.pk, by_id=by.pk))
    return row


def would_be(*, saying: PolicyValues, policy: int | None = None) -> list[SLAPolicy]:
    """All policies in their order, as if this had been saved. Nothing is written. Invalid as when saving."""
    rows = all_policies()
    row = next((one for one in rows if one.pk == policy), None)
    if row is None:
        row = SLAPolicy(pk=0, version=0, position=max([one.position for one in rows], default=0) + 1)
        if saying.calendar is None:
            row.calendar = always_open()
    before, stood = _told(row), row.position
    _say(row, saying)
    _require_reachable(row, saying)
    row.position = stood if saying.position is None else clean_position(saying.position)
    row.version += before != _told(row)
    others = [one for one in rows if one is not row]
    ahead = [one for one in others if one.position < row.position or _stays_ahead(one, row, stood)]
    return [*ahead, row, *(one for one in others if one not in ahead)]


@capability
def delete(*, policy: int, by: User, version: int | None = None) -> None:
    """Only one that no clock ever ran under; another one is switched off. Conflict in_use."""
    roles.require_admin(by, FOR_ADMINS)
    row = lock(SLAPolicy, policy, version)
    clocks = OrderDisputeSLA.objects.filter(policy=row).count()
    if clocks:
        word = "clock" if clocks == 1 else "clocks"
        raise Conflict("in_use", f"{clocks} {word} ran under this policy. Deactivate it instead.")
    log.record(by=by, verb="delete", on=row, before=_told(row), after={})
    publish(PolicyChanged(policy_id=row.pk, by_id=by.pk))
    row.delete()


def check_written(row: SLAPolicy) -> None:
    """Of a row that no capability wrote. Invalid for what no clock could run under: such a write is refused."""
    targets = row.targets.items() if isinstance(row.targets, dict) else ()
    validation.targets_of([{"metric": metric, "minutes": minutes} for metric, minutes in targets])
    validation.pauses_of(row.pause_on)
    validation.thresholds_of(row.thresholds)
    checks.check_shape(row.conditions, kinds=WorkKind.values)


def keep_version(row: SLAPolicy, *, by: User | None) -> None:
    """The version as it is now stays readable."""
    facts = {name: getattr(row, name) for name in SAYS}
    SLAPolicyVersion.objects.get_or_create(policy=row, number=row.version, defaults=facts | {"at": now(), "by": by})


def _say(row: SLAPolicy, saying: PolicyValues) -> None:
    for name, value in _facts(saying).items():
        setattr(row, name, value)


def _facts(saying: PolicyValues) -> dict:
    facts: dict = {}
    if saying.name is not None:
        facts["name"] = text.clean(saying.name, field="name", limit=80, one_line=True)
    if saying.active is not None:
        facts["active"] = saying.active
    for name, checked in _CHECKED.items():
        given = getattr(saying, name)
        if given is not None:
            facts[name] = checked(given)
    return facts


def _calendar(pk: int) -> BusinessCalendar:
    row = BusinessCalendar.objects.filter(pk=pk).first() if isinstance(pk, int) and abs(pk) < 2**63 else None
    if row is None:
        raise Invalid("unknown_calendar", "This calendar does not exist.", field="calendar")
    return row


_CHECKED = {
    "conditions": validation.conditions_of,
    "targets": validation.targets_of,
    "pause_on": validation.pauses_of,
    "thresholds": validation.thresholds_of,
    "calendar": _calendar,
}


def _require_reachable(row: SLAPolicy, saying: PolicyValues) -> None:
    """What was given can be kept. A policy whose calendar was emptied can still be switched off."""
    if saying.targets is not None or saying.calendar is not None:
        validation.check_reachable(row.targets, row.calendar_id, since=now())


def _place(wanted: int | None, *, except_id: int | None = None) -> int:
    """Room at a position: whoever stands there moves down, and so do those right after."""
    others = SLAPolicy.objects.exclude(pk=except_id)
    if wanted is None:
        return (others.aggregate(last=Max("position"))["last"] or 0) + 1
    clean_position(wanted)
    if others.filter(position=wanted).exists():
        others.filter(position__gte=wanted).update(position=F("position") + 1)
    return wanted


def _stays_ahead(one: SLAPolicy, row: SLAPolicy, stood: int) -> bool:
    """At the same position the older comes first, until one is put there anew."""
    return one.position == row.position == stood and one.pk < row.pk


def _told(row: SLAPolicy) -> dict:
    names = ("name", "position", "active", "conditions", "targets", "pause_on", "thresholds")
    return {name: getattr(row, name) for name in names} | {"calendar": row.calendar_id}


def _require_known(running: str) -> None:
    if running not in (KEEP, FOLLOW):
        raise Invalid("unknown_choice", "Open clocks can `keep` their version or `follow` the change.", field="running")
