"""Business time per second, near and far, beside a library that others use; and 200,000 clocks after a change."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import businesstimedelta
import pytz
from holidays import country_holidays

from bench.report.results import ResultLog, ratio
from support_management.calendars.engine.business_time import BusinessHours
from support_management.calendars.engine.hours import CalendarHours
from support_management.calendars.engine.instants import MICRO, ticks

ZONE = "Europe/Berlin"
NEAR, FAR = 8 * 3600, 2000 * 3600
CLOCKS = 200_000
HOLIDAYS = frozenset(country_holidays("DE", years=range(2025, 2034)))
"""Of all that the library takes a set is the fastest. It fails without a holiday in the next five years."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def run(results: ResultLog, *, quick: bool) -> None:
    starts = _starts(20 if quick else 500)
    ours, theirs = _ours(), _theirs()
    assert [ours(at, FAR) for at in starts[:5]] == [theirs(at, FAR) for at in starts[:5]]
    rates: dict[str, dict[str, float]] = {}
    for name, seconds, few in (("near", NEAR, starts), ("far", FAR, starts[:5])):
        turns = [(_rate(ours, starts, seconds, 40), _rate(theirs, few, seconds, 1)) for _ in range(3 if quick else 7)]
        mine, other = (median(side) for side in zip(*turns, strict=True))
        rates[name] = {"ours": mine, "theirs": other}
        results.add(f"business time added, {name}", mine, unit="/s", repeats=[rate for rate, _ in turns])
        results.add(f"businesstimedelta, {name}", other, unit="/s", repeats=[rate for _, rate in turns])
        results.add(f"business time ÷ businesstimedelta, {name}", ratio(mine, other), unit="×", least=50)
    results.add("business time: far ÷ near", ratio(rates["far"]["ours"], rates["near"]["ours"]), unit="×", least=0.9)
    clocks = CLOCKS // 100 if quick else CLOCKS
    results.add(f"re-targeting {clocks:,} clocks", median(_retarget(clocks) for _ in range(3)), unit="s", most=1.0)


def _starts(number: int) -> list[datetime]:
    chance, first = random.Random(26), datetime(2026, 1, 5, tzinfo=UTC)
    return [first + timedelta(microseconds=chance.randrange(300 * 86400 * MICRO)) for _ in range(number)]


def _ours() -> Callable[[datetime, float], datetime]:
    return BusinessHours([(BEGINNING, _hours(9, 17))]).add


def _hours(opens: int, closes: int) -> CalendarHours:
    week = (((opens * 3600, closes * 3600),),) * 5 + ((), ())
    return CalendarHours(week, ZoneInfo(ZONE), HOLIDAYS)


def _theirs() -> Callable[[datetime, float], datetime]:
    zone = pytz.timezone(ZONE)
    days = businesstimedelta.WorkDayRule(datetime.min.time().replace(9), datetime.min.time().replace(17), tz=zone)
    rule = businesstimedelta.Rules([days, businesstimedelta.HolidayRule(HOLIDAYS, tz=zone)])
    return lambda start, seconds: start + businesstimedelta.BusinessTimeDelta(rule, seconds=seconds)


def _rate(add: Callable[[datetime, float], datetime], starts: list[datetime], seconds: float, rounds: int) -> float:
    began = time.process_time()
    for _ in range(rounds):
        for start in starts:
            add(start, seconds)
    return rounds * len(starts) / (time.process_time() - began)


def _retarget(number: int) -> float:
    """Seconds to find the due instants of `number` clocks that began under the old hours and end under the new."""
    chance, change = random.Random(27), datetime(2026, 6, 3, 12, tzinfo=UTC)
    hours = BusinessHours([(BEGINNING, _hours(9, 17)), (change, _hours(8, 20))])
    clocks = [
        (ticks(change) - chance.randrange(5 * 86400 * MICRO), chance.choice([1, 4, 8, 24, 72])) for _ in range(number)
    ]
    began = time.process_time()
    due_instants = [hours.due(start, target * 3600 * MICRO) for start, target in clocks]
    took = time.process_time() - began
    assert len(due_instants) == number
    return took
