"""What a policy may say: conditions, targets, pauses and thresholds as they come in, checked and in one shape."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from support_management.calendars import versions
from support_management.calendars.hours import NeverOpens
from support_management.calendars.instants import OutOfReach
from support_management.core import text as texts
from support_management.core.errors import Invalid
from support_management.core.priority import PRIORITY_RANKS
from support_management.disputes.status import Status as DisputeStatus
from support_management.people.models import Website
from support_management.sla.matching import CONDITIONS
from support_management.sla.models import Kind, Metric
from support_management.tickets.models import Ticket, TicketType
from support_management.tickets.status import Status as TicketStatus

MOST_MINUTES = 10 * 366 * 24 * 60
"""Ten years: nobody promises more."""
_LABEL = 40
"""Characters of a tag or a segment, at most."""
_LARGEST = 2**63
_MANY = 100
"""Values of one condition, at most."""
PAUSING = {
    TicketStatus.PENDING.value: TicketStatus.PENDING.label,
    TicketStatus.ON_HOLD.value: TicketStatus.ON_HOLD.label,
    DisputeStatus.AWAITING_RESPONSE.value: DisputeStatus.AWAITING_RESPONSE.label,
}
"""Statuses in which a clock can stand still."""


def conditions_of(value: object) -> dict:
    """Known keys only, each with one value or a list that exists. Empty lists and blanks mean: all."""
    if not isinstance(value, dict):
        raise Invalid("wrong_type", 'Conditions are an object such as {"priority": "urgent"}.', field="conditions")
    unknown = sorted(set(map(str, value)) - set(CONDITIONS))
    if unknown:
        text = f"There is no condition {texts.shown(unknown[0], 40)}. There are {', '.join(CONDITIONS)}."
        raise Invalid("unknown_condition", text, field="conditions")
    wanted = {key: _one_or_many(value[key]) for key in CONDITIONS if value.get(key) not in (None, "", [])}
    for key, given in wanted.items():
        wanted[key] = _known(key, given)
    return wanted


def targets_of(value: object) -> dict[str, int]:
    """Minutes by metric, from `[{"metric", "minutes"}]`. A metric that is not named is not promised."""
    if not isinstance(value, list) or not all(
        isinstance(one, dict) and set(one) == {"metric", "minutes"} for one in value
    ):
        text = 'Targets are a list such as [{"metric": "resolution", "minutes": 240}].'
        raise Invalid("wrong_type", text, field="targets")
    if not value:
        raise Invalid("required", "A policy promises at least one thing.", field="targets")
    found: dict[str, int] = {}
    for one in value:
        metric, minutes = one["metric"], one["minutes"]
        if not isinstance(metric, str) or metric not in Metric.values:
            raise Invalid("unknown_metric", f"A metric is one of {', '.join(Metric.values)}.", field="targets")
        if metric in found:
            raise Invalid("twice", f"{metric} stands there twice.", field="targets")
        found[metric] = _whole(
            minutes, 1, MOST_MINUTES, "Minutes are a whole number from 1 up to ten years.", "targets"
        )
    return found


def check_reachable(targets: dict[str, int], calendar_id: int, *, since: datetime) -> None:
    """Invalid when work that came in now would never be due: the calendar never opens, or hardly ever."""
    hours = versions.hours_of(calendar_id)
    try:
        for minutes in targets.values():
            hours.add(since, minutes * 60)
    except NeverOpens as error:
        error.field = "calendar"
        raise
    except OutOfReach:
        text = "On this calendar so much working time takes longer than any year that is known."
        raise Invalid("out_of_reach", text, field="targets") from None


def pauses_of(value: object) -> list[str]:
    """Statuses in which clocks stand still."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one in PAUSING for one in value):
        raise Invalid("unknown_status", f"A clock can pause on {', '.join(PAUSING)}.", field="pause_on")
    return [status for status in PAUSING if status in value]


def thresholds_of(value: object) -> list[dict]:
    """When to warn before the deadline."""
    text = 'A threshold is {"at_percent": 1 to 99} or {"minutes_before": minutes}.'
    if (
        not isinstance(value, list)
        or len(value) > 10
        or not all(isinstance(one, dict) and len(one) == 1 for one in value)
    ):
        raise Invalid("wrong_type", f"{text} There are at most ten.", field="thresholds")
    found: list[dict] = []
    for one in value:
        [(key, number)] = one.items()
        limits = {"at_percent": 99, "minutes_before": MOST_MINUTES}
        if key not in limits:
            raise Invalid("unknown_threshold", text, field="thresholds")
        number = _whole(number, 1, limits[key], text, "thresholds")
        if {key: number} not in found:
            found.append({key: number})
    return found


def _one_or_many(value: Any) -> Any:
    alone = isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list)
    return value[0] if alone else value


def _known(key: str, given) -> Any:
    check, many = _CHECKS[key], isinstance(given, list)
    if many and len(given) > _MANY:
        raise Invalid("too_many", f"At most {_MANY} values for {key}.", field="conditions")
    found = [check(one) for one in (given if many else [given])]
    if None in found:
        missing = texts.shown((given if many else [given])[found.index(None)], 40)
        raise Invalid("unknown_value", f"There is no {key} {missing}.", field="conditions")
    return list(dict.fromkeys(found)) if many else found[0]


def _whole(number: object, low: int, high: int, text: str, field: str) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not low <= number <= high:
        raise Invalid("out_of_range", text, field=field)
    return number


def _one_of(values) -> Callable[[object], object]:
    known = set(values)
    return lambda one: one if isinstance(one, str) and one in known else None


def _type(one: object):
    slug = _word(one)
    return slug if slug and TicketType.objects.filter(slug=slug).exists() else None


def _website(one: object):
    """By id or name; kept by id."""
    word = str(one) if isinstance(one, int) and abs(one) < _LARGEST else _word(one)
    if isinstance(one, bool) or word is None:
        return None
    key = int(word) if word.isascii() and word.isdigit() else 0
    which = {"pk": key} if 0 < key < _LARGEST else {"name": word}
    return Website.objects.filter(**which).order_by("pk").values_list("pk", flat=True).first()


def _word(one: object):
    """A word as the desk keeps it; None for what is none."""
    try:
        return texts.clean(one, field="conditions", limit=80, one_line=True)
    except Invalid:
        return None


def _label(one: object):
    word = _word(one)
    return word if word and len(word) <= _LABEL else None


_CHECKS: dict[str, Callable[[object], object]] = {
    "type": _type,
    "priority": _one_of(PRIORITY_RANKS),
    "website": _website,
    "channel": _one_of(Ticket.Channel.values),
    "kind": _one_of(Kind.values),
    "segment": _label,
    "tag": _label,
}
