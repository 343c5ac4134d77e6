"""Validates the values of a policy (conditions, targets, pauses, thresholds) and brings them into normal form.

Every check raises Invalid with the name of the field.
"""

from datetime import datetime

from support_management.calendars import versions
from support_management.calendars.engine.hours import NeverOpens
from support_management.calendars.engine.instants import OutOfReach
from support_management.conditions import checks
from support_management.core.errors import Invalid
from support_management.disputes.status import Status as DisputeStatus
from support_management.sla.models import Metric, WorkKind
from support_management.tickets.status import Status as TicketStatus

MOST_MINUTES = 10 * 366 * 24 * 60
"""Longest target: ten years."""
PAUSING = {
    TicketStatus.PENDING.value: TicketStatus.PENDING.label,
    TicketStatus.ON_HOLD.value: TicketStatus.ON_HOLD.label,
    DisputeStatus.AWAITING_RESPONSE.value: DisputeStatus.AWAITING_RESPONSE.label,
}
"""Statuses in which a clock can be paused, with their labels."""


def conditions_of(value: object) -> dict:
    """Known keys only, each with an existing value or a list of them. Empty lists and blanks match everything."""
    return checks.conditions_of(value, kinds=WorkKind.values)


def targets_of(value: object) -> dict[str, int]:
    """Minutes by metric, from `[{"metric", "minutes"}]`. A metric that is left out has no target."""
    if not isinstance(value, list) or not all(
        isinstance(row, dict) and set(row) == {"metric", "minutes"} for row in value
    ):
        text = 'Targets are a list such as [{"metric": "resolution", "minutes": 240}].'
        raise Invalid("wrong_type", text, field="targets")
    if not value:
        raise Invalid("required", "A policy needs at least one target.", field="targets")
    targets: dict[str, int] = {}
    for row in value:
        metric, minutes = row["metric"], row["minutes"]
        if not isinstance(metric, str) or metric not in Metric.values:
            raise Invalid("unknown_metric", f"Unknown metric. Use one of {', '.join(Metric.values)}.", field="targets")
        if metric in targets:
            raise Invalid("twice", f"{metric} is listed twice.", field="targets")
        targets[metric] = _whole(
            minutes, 1, MOST_MINUTES, "Enter a whole number of minutes, from 1 up to ten years.", "targets"
        )
    return targets


def check_reachable(targets: dict[str, int], calendar_id: int, *, since: datetime) -> None:
    """Invalid when work created at `since` would never be due: the calendar never opens, or hardly ever."""
    hours = versions.hours_of(calendar_id)
    try:
        for minutes in targets.values():
            hours.add(since, minutes * 60)
    except NeverOpens as error:
        error.field = "calendar"
        raise
    except OutOfReach:
        text = "On this calendar, this target would end after the last supported year."
        raise Invalid("out_of_reach", text, field="targets") from None


def pauses_of(value: object) -> list[str] | dict[str, list[str]]:
    """Statuses in which clocks are paused: a list for all metrics, or one for each metric.

    Normal form: a list when it is the same for every metric, else only the metrics that pause.
    """
    if not isinstance(value, dict):
        return _statuses(value)
    unknown = [metric for metric in value if metric not in Metric.values]
    if unknown:
        raise Invalid("unknown_metric", f"Unknown metric. Use one of {', '.join(Metric.values)}.", field="pause_on")
    statuses = {metric: _statuses(value.get(metric, [])) for metric in Metric.values}
    [first, *others] = statuses.values()
    if all(other == first for other in others):
        return first
    return {metric: listed for metric, listed in statuses.items() if listed}


def _statuses(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(status, str) and status in PAUSING for status in value):
        raise Invalid("unknown_status", f"SLAs can pause on {', '.join(PAUSING)}.", field="pause_on")
    return [status for status in PAUSING if status in value]


def minimum_left_of(value: object) -> int:
    """Percentage of the target that a later change of policy leaves at least."""
    return _whole(value, 0, 100, "Enter a percentage from 0 to 100.", "minimum_left_percent")


def thresholds_of(value: object) -> list[dict]:
    """When to warn before the deadline; duplicates are removed."""
    text = 'A threshold is {"at_percent": 1 to 99} or {"minutes_before": minutes}.'
    if (
        not isinstance(value, list)
        or len(value) > 10
        or not all(isinstance(threshold, dict) and len(threshold) == 1 for threshold in value)
    ):
        raise Invalid("wrong_type", f"{text} Use at most ten.", field="thresholds")
    thresholds: list[dict] = []
    for threshold in value:
        [(key, number)] = threshold.items()
        limits = {"at_percent": 99, "minutes_before": MOST_MINUTES}
        if key not in limits:
            raise Invalid("unknown_threshold", text, field="thresholds")
        number = _whole(number, 1, limits[key], text, "thresholds")
        if {key: number} not in thresholds:
            thresholds.append({key: number})
    return thresholds


def _whole(number: object, low: int, high: int, text: str, field: str) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
        raise Invalid("out_of_range", text, field=field)
    return number
