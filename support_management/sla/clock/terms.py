"""The terms of a policy version, as the arithmetic of a clock needs them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from django.db.models import Q

from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.sla.clock.arithmetic import ClockProgress, Threshold, WarningMark, WorkingHours, thresholds_of
from support_management.sla.clock.runs import Stretch
from support_management.sla.clock.working_time import hours_of, hours_of_each
from support_management.sla.models import OrderDisputeSLA, SLAPolicy, SLAPolicyVersion, pausing_statuses


@dataclass(frozen=True)
class Terms:
    """A target (open time) on a calendar, with pauses and warnings, under a version of a policy."""

    policy_id: int
    policy_version: int
    calendar_id: int
    target: timedelta
    pause_on: tuple[str, ...]
    warnings: tuple[WarningMark, ...]
    hours: WorkingHours
    minimum_left_percent: int

    @cached_property
    def thresholds(self) -> Sequence[Threshold]:
        """The thresholds in the order in which they fall due."""
        return thresholds_of(self.target, self.warnings)

    def longer(self, extra_seconds: int) -> "Terms":
        """These terms with `extra_seconds` of open time added to the target."""
        return replace(self, target=self.target + timedelta(seconds=extra_seconds))


def of_policy(policy: SLAPolicy, metric: str) -> Terms | None:
    """Terms of the policy's current version; None when it has no target for this metric."""
    minutes = policy.targets.get(metric)
    if not minutes:
        return None
    return _terms(policy.pk, policy.version, policy, metric, timedelta(minutes=minutes), hours_of(policy.calendar_id))


def of_clocks(clocks: Iterable[OrderDisputeSLA]) -> dict[int, Terms]:
    """Terms by clock id: one query for the versions, one for the calendars."""
    clocks = list(clocks)
    if not clocks:
        return {}
    keys = {(clock.policy_id, clock.policy_version) for clock in clocks}
    versions: dict[tuple, SLAPolicyVersion | SLAPolicy] = {
        (version.policy_id, version.number): version for version in _stored_versions(keys)
    }
    if len(versions) < len(keys):  # a policy imported without its versions: its current values stand in
        versions |= _current_policies(keys - versions.keys())
    calendars = hours_of_each(clock.calendar_id for clock in clocks)
    shared: dict[tuple, Terms] = {}
    terms_by_clock = {}
    for clock in clocks:
        key = (clock.policy_id, clock.policy_version, clock.metric, clock.calendar_id, clock.target_seconds)
        if key not in shared:
            version, hours = versions[key[0], key[1]], calendars[clock.calendar_id]
            shared[key] = _terms(key[0], key[1], version, clock.metric, clock.target, hours, clock.calendar_id)
        terms_by_clock[clock.pk] = shared[key]
    return terms_by_clock


def of_clock(clock: OrderDisputeSLA) -> Terms:
    """The terms that a clock runs under."""
    return of_clocks([clock])[clock.pk]


def of_stretch(stretch: Stretch, metric: str, current: Terms | None = None) -> Terms:
    """The terms of an earlier stretch of a clock: those of the policy now, if nothing but the target differs."""
    key = (stretch.policy_id, stretch.policy_version, stretch.calendar_id)
    if current is not None and key == (current.policy_id, current.policy_version, current.calendar_id):
        return replace(current, target=timedelta(seconds=stretch.target_seconds))
    return of_clock(
        OrderDisputeSLA(
            metric=metric,
            policy_id=stretch.policy_id,
            policy_version=stretch.policy_version,
            calendar_id=stretch.calendar_id,
            target_seconds=stretch.target_seconds,
        )
    )


def progress_of(clock: OrderDisputeSLA, hours: WorkingHours) -> ClockProgress:
    """Progress of a clock, from its own row."""
    return ClockProgress(since=clock.since, hours=hours, served=clock.served)


def warnings_of(thresholds: Sequence[dict]) -> tuple[WarningMark, ...]:
    """The warnings of a policy's `thresholds` field."""
    return tuple(
        WarningMark(at_share=threshold["at_percent"] / 100)
        if "at_percent" in threshold
        else WarningMark(before=timedelta(minutes=threshold["minutes_before"]))
        for threshold in thresholds
    )


_version = PreparedSelect(
    lambda: SLAPolicyVersion.objects.filter(policy=Parameter("policy"), number=Parameter("number")).order_by()
)


def _stored_versions(keys: set[tuple[int, int]]) -> Iterable[SLAPolicyVersion]:
    """Most changes need a single version, a sweep needs many."""
    if len(keys) == 1:
        [(policy_id, number)] = keys
        return _version(policy=policy_id, number=number)
    condition = Q()
    for policy_id, number in keys:
        condition |= Q(policy=policy_id, number=number)
    return SLAPolicyVersion.objects.filter(condition)


def _current_policies(keys: set[tuple[int, int]]) -> dict:
    policies = SLAPolicy.objects.in_bulk({policy_id for policy_id, _ in keys})
    return {key: policies[key[0]] for key in keys}


def _terms(
    policy_id, number, source, metric: str, target: timedelta, hours: WorkingHours, calendar_id: int | None = None
) -> Terms:
    return Terms(
        policy_id=policy_id,
        policy_version=number,
        calendar_id=calendar_id or source.calendar_id,
        target=target,
        pause_on=pausing_statuses(source.pause_on, metric),
        warnings=warnings_of(source.thresholds),
        hours=hours,
        minimum_left_percent=source.minimum_left_percent,
    )
