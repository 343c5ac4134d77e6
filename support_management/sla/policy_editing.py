"""Creates, changes and deletes SLA policies. Each change is a new version; running clocks keep theirs or follow."""

from dataclasses import dataclass

from django.db.models import F, Max, ProtectedError

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

VERSIONED = ("conditions", "targets", "calendar", "pause_on", "thresholds", "minimum_left_percent")
"""Fields that a version stores. A change of name, position or active makes a version too: it detects stale edits."""
KEEP, FOLLOW = "keep", "follow"
FOR_ADMINS = "Only admins can change SLA policies."


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyValues:
    """New values of a policy. None: unchanged, or the default for a new policy."""

    name: str | None = None
    position: int | None = None
    active: bool | None = None
    conditions: object = None
    targets: object = None
    calendar: int | None = None
    pause_on: object = None
    thresholds: object = None
    minimum_left_percent: object = None


@capability
def create(*, by: User, values: PolicyValues, running: str = KEEP) -> SLAPolicy:
    """Create a policy, last unless a position is given; the policies from that position on move down.

    `running` is "keep" or "follow": whether running clocks of matching work adopt the policy. Invalid; NotAllowed
    unless `by` is an admin.
    """
    roles.require_admin(by, FOR_ADMINS)
    _require_choice(running)
    if values.name is None or values.targets is None:
        field = "name" if values.name is None else "targets"
        raise Invalid("required", "Enter a name and at least one target.", field=field)
    policy = SLAPolicy(**_validated(values), position=_free_position(values.position))
    if values.calendar is None:
        policy.calendar = always_open()
    _require_reachable(policy, values)
    policy.save()
    store_version(policy, by=by)
    log.record(by=by, verb="create", on=policy, before={}, after=_snapshot(policy))
    if running == FOLLOW:
        follow_up.enqueue(policy=policy.pk, by_id=by.pk)
    publish(PolicyChanged(policy_id=policy.pk, by_id=by.pk))
    return policy


@capability
def change(
    *, policy: int, by: User, values: PolicyValues, running: str = KEEP, version: int | None = None
) -> SLAPolicy:
    """Change a policy. `running` is "keep" or "follow": whether clocks that run under it adopt the change.

    `version` is the one that the caller has seen, None for any. Invalid, NotFound; Conflict when it is outdated;
    NotAllowed unless `by` is an admin.
    """
    roles.require_admin(by, FOR_ADMINS)
    _require_choice(running)
    row = lock(SLAPolicy, policy, version)
    before = _snapshot(row)
    _apply(row, values)
    _require_reachable(row, values)
    if values.position is not None and values.position != row.position:
        row.position = _free_position(values.position, except_id=row.pk)
    if before != _snapshot(row):
        row.version += 1
        row.save()
        store_version(row, by=by)
        log.record(by=by, verb="change", on=row, before=before, after=_snapshot(row))
    if running == FOLLOW:
        follow_up.enqueue(policy=row.pk, by_id=by.pk)
    publish(PolicyChanged(policy_id=row.pk, by_id=by.pk))
    return row


def preview(*, values: PolicyValues, policy: int | None = None) -> list[SLAPolicy]:
    """All policies in order, as if `values` had been saved. Writes nothing. Invalid as when saving."""
    policies = all_policies()
    row = next((existing for existing in policies if existing.pk == policy), None)
    if row is None:
        last = max([existing.position for existing in policies], default=0)
        row = SLAPolicy(pk=0, version=0, position=last + 1)
        if values.calendar is None:
            row.calendar = always_open()
    before, position_before = _snapshot(row), row.position
    _apply(row, values)
    _require_reachable(row, values)
    row.position = position_before if values.position is None else clean_position(values.position)
    row.version += before != _snapshot(row)
    others = [other for other in policies if other is not row]
    ahead = [other for other in others if other.position < row.position or _stays_ahead(other, row, position_before)]
    return [*ahead, row, *(other for other in others if other not in ahead)]


@capability
def delete(*, policy: int, by: User, version: int | None = None) -> None:
    """Delete a policy that no clock has run under, no escalation rule names and nobody has changed.

    Conflict in_use or has_history for any other; deactivate it instead.
    """
    roles.require_admin(by, FOR_ADMINS)
    row = lock(SLAPolicy, policy, version)
    clocks = OrderDisputeSLA.objects.filter(policy=row).count()
    if clocks:
        word = "clock" if clocks == 1 else "clocks"
        raise Conflict("in_use", f"{clocks} {word} ran under this policy. Deactivate it instead.")
    if row.versions.count() > 1:
        raise Conflict("has_history", f"{row.name} has earlier versions, which stay. Deactivate it instead.")
    log.record(by=by, verb="delete", on=row, before=_snapshot(row), after={})
    publish(PolicyChanged(policy_id=row.pk, by_id=by.pk))
    try:
        row.versions.all().delete_unused()
        row.delete()
    except ProtectedError:
        raise Conflict("in_use", f"Escalation rules or updates name {row.name}. Deactivate it instead.") from None


def check_written(row: SLAPolicy) -> None:
    """Validate a policy written without a capability. Invalid when no clock could run under it."""
    targets = row.targets.items() if isinstance(row.targets, dict) else ()
    validation.targets_of([{"metric": metric, "minutes": minutes} for metric, minutes in targets])
    validation.pauses_of(row.pause_on)
    validation.thresholds_of(row.thresholds)
    validation.minimum_left_of(row.minimum_left_percent)
    checks.check_shape(row.conditions, kinds=WorkKind.values)


def store_version(row: SLAPolicy, *, by: User | None) -> None:
    """Store the policy's current version, if it is not stored yet."""
    values = {name: getattr(row, name) for name in VERSIONED}
    SLAPolicyVersion.objects.get_or_create(policy=row, number=row.version, defaults=values | {"at": now(), "by": by})


def _apply(row: SLAPolicy, values: PolicyValues) -> None:
    for name, value in _validated(values).items():
        setattr(row, name, value)


def _validated(values: PolicyValues) -> dict:
    validated: dict = {}
    if values.name is not None:
        validated["name"] = text.clean(values.name, field="name", limit=80, one_line=True)
    if values.active is not None:
        validated["active"] = values.active
    for name, validate in _VALIDATORS.items():
        value = getattr(values, name)
        if value is not None:
            validated[name] = validate(value)
    return validated


def _calendar(pk: int) -> BusinessCalendar:
    row = BusinessCalendar.objects.filter(pk=pk).first() if isinstance(pk, int) and abs(pk) < 2**63 else None
    if row is None:
        raise Invalid("unknown_calendar", "This calendar does not exist.", field="calendar")
    return row


_VALIDATORS = {
    "conditions": validation.conditions_of,
    "targets": validation.targets_of,
    "pause_on": validation.pauses_of,
    "thresholds": validation.thresholds_of,
    "minimum_left_percent": validation.minimum_left_of,
    "calendar": _calendar,
}


def _require_reachable(row: SLAPolicy, values: PolicyValues) -> None:
    """Only new targets or a new calendar are checked: a policy whose calendar was emptied can still be deactivated."""
    if values.targets is not None or values.calendar is not None:
        validation.check_reachable(row.targets, row.calendar_id, since=now())


def _free_position(wanted: int | None, *, except_id: int | None = None) -> int:
    """A position, the last by default. If it is taken, the policies from there on move down."""
    others = SLAPolicy.objects.exclude(pk=except_id)
    if wanted is None:
        return (others.aggregate(last=Max("position"))["last"] or 0) + 1
    clean_position(wanted)
    if others.filter(position=wanted).exists():
        others.filter(position__gte=wanted).update(position=F("position") + 1)
    return wanted


def _stays_ahead(other: SLAPolicy, row: SLAPolicy, position_before: int) -> bool:
    """At the same position the older policy comes first, unless `row` has just been moved there."""
    return other.position == row.position == position_before and other.pk < row.pk


def _snapshot(row: SLAPolicy) -> dict:
    names = ("name", "position", "active", *(name for name in VERSIONED if name != "calendar"))
    return {name: getattr(row, name) for name in names} | {"calendar": row.calendar_id}


def _require_choice(running: str) -> None:
    if running not in (KEEP, FOLLOW):
        raise Invalid("unknown_choice", "Open clocks can `keep` their version or `follow` the change.", field="running")
