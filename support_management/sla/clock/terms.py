"""What a policy's version promises, as the arithmetic of a clock wants it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models import Q

from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.sla.clock.arithmetic import ClockProgress, Threshold, WarningMark, WorkingHours, steps
from support_management.sla.clock.working_time import hours_of, hours_of_each
from support_management.sla.models import OrderDisputeSLA, SLAPolicy, SLAPolicyVersion


@dataclass(frozen=True)
class Terms:
    """A target on a calendar under a version of a policy."""

    policy_id: int
    policy_version: int
    calendar_id: int
    target: timedelta
    pause_on: tuple[str, ...]
    warnings: tuple[WarningMark, ...]
    hours: WorkingHours

    @cached_property
    def steps(self) -> Sequence[Threshold]:
        """The thresholds in the order in which they fall due."""
        return steps(self.target, self.warnings)

    def longer(self, extra_seconds: int) -> "Terms":
        """The same with open time that a lead has added."""
        more = timedelta(seconds=extra_seconds)
        facts = (self.policy_id, self.policy_version, self.calendar_id, self.target + more)
        return Terms(*facts, self.pause_on, self.warnings, self.hours)


def of_policy(policy: SLAPolicy, metric: str) -> Terms | None:
    """What the policy says now; None when it promises nothing for this metric."""
    minutes = policy.targets.get(metric)
    if not minutes:
        return None
    return _terms(policy.pk, policy.version, policy, timedelta(minutes=minutes), hours_of(policy.calendar_id))


def of_clocks(clocks: Iterable[OrderDisputeSLA]) -> dict[int, Terms]:
    """Terms by clock: one question for the versions, one for the calendars."""
    clocks = list(clocks)
    if not clocks:
        return {}
    wanted = {(clock.policy_id, clock.policy_version) for clock in clocks}
    versions: dict[tuple, SLAPolicyVersion | SLAPolicy] = {(row.policy_id, row.number): row for row in _kept(wanted)}
    if len(versions) < len(wanted):  # imported past every door: what the policy says now
        versions |= _unkept(wanted - versions.keys())
    calendars = hours_of_each(clock.calendar_id for clock in clocks)
    made: dict[tuple, Terms] = {}
    found = {}
    for clock in clocks:
        key = (clock.policy_id, clock.policy_version, clock.calendar_id, clock.target_seconds)
        if key not in made:
            row = versions[key[0], key[1]]
            made[key] = _terms(key[0], key[1], row, clock.target, calendars[clock.calendar_id], key[2])
        found[clock.pk] = made[key]
    return found


def of_clock(clock: OrderDisputeSLA) -> Terms:
    """What a clock runs under."""
    return of_clocks([clock])[clock.pk]


def course_of(clock: OrderDisputeSLA, hours: WorkingHours) -> ClockProgress:
    """How far a clock has come, from its own row."""
    return ClockProgress(since=clock.since, hours=hours, served=clock.served)


def warnings_of(thresholds: Sequence[dict]) -> tuple[WarningMark, ...]:
    """The warnings that a policy's `thresholds` ask for."""
    return tuple(
        WarningMark(at_share=one["at_percent"] / 100)
        if "at_percent" in one
        else WarningMark(before=timedelta(minutes=one["minutes_before"]))
        for one in thresholds
    )


_version = PreparedSelect(
    lambda: SLAPolicyVersion.objects.filter(policy=Parameter("policy"), number=Parameter("number")).order_by()
)


def _kept(wanted: set[tuple[int, int]]) -> Iterable[SLAPolicyVersion]:
    """One in most changes, many in a sweep."""
    if len(wanted) == 1:
        [(policy_id, number)] = wanted
        return _version(policy=policy_id, number=number)
    which = Q()
    for policy_id, number in wanted:
        which |= Q(policy=policy_id, number=number)
    return SLAPolicyVersion.objects.filter(which)


def _unkept(wanted: set[tuple[int, int]]) -> dict:
    rows = SLAPolicy.objects.in_bulk({policy_id for policy_id, _ in wanted})
    return {key: rows[key[0]] for key in wanted}


def _terms(policy_id, number, row, target: timedelta, hours: WorkingHours, calendar_id: int | None = None) -> Terms:
    return Terms(
        policy_id=policy_id,
        policy_version=number,
        calendar_id=calendar_id or row.calendar_id,
        target=target,
        pause_on=tuple(row.pause_on),
        warnings=warnings_of(row.thresholds),
        hours=hours,
    )
