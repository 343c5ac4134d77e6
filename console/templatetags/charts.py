"""Server-rendered charts: geometry here, marks in the template, colours in the style sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django import template

from console.templatetags.time_text import day_text
from support_management.analytics.compliance import ComplianceTally
from support_management.analytics.periods import PeriodStep

register = template.Library()

LEFT, RIGHT, SLOTS_TO = 44, 936, 860
TOP, FLOOR = 24, 144
"""Top and bottom of the compliance line; 100% is at the top."""
CEILING, BASE = 168, 232
"""Top and bottom of the columns."""
EACH_LABELLED, MOST_DAYS = 12, 12


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One step of the chart: the point of its compliance, if any target completed, and its column."""

    step: PeriodStep
    tally: ComplianceTally
    x: float
    y: float | None
    wide: float
    left: float
    high: float
    missed: float
    label: str = ""
    day: str = ""

    @property
    def top(self) -> float:
        return round(BASE - self.high, 1)

    @property
    def missed_top(self) -> float:
        return round(BASE - self.missed, 1)

    @property
    def label_y(self) -> float:
        return (self.y or TOP) - 9


@register.inclusion_tag("sla/_compliance_chart.html")
def compliance_chart(series: Sequence[tuple[PeriodStep, ComplianceTally]], name: str) -> dict:
    """Compliance as a line, completed targets as columns with breaches hatched; `name` is unique on the page."""
    low, most = _low(series), max((tally.n for _, tally in series), default=0)
    marks = [_mark(at, step, tally, len(series), low, most) for at, (step, tally) in enumerate(series)]
    lines = [list(run) for has_value, run in groupby(marks, key=lambda mark: mark.y is not None) if has_value]
    return {
        "name": name,
        "marks": marks,
        "paths": ["M" + " ".join(f"{mark.x} {mark.y}" for mark in run) for run in lines],
        "grid": [(share, _height(share, low)) for share in (low, (low + 100) // 2, 100)],
        "most": most,
        "last": next((mark for mark in reversed(marks) if mark.y is not None), None),
        "sides": {"left": LEFT, "right": SLOTS_TO, "base": BASE, "ceiling": CEILING, "words": SLOTS_TO + 8},
        "summary": _summary(series),
    }


def _mark(at: int, step: PeriodStep, tally: ComplianceTally, steps: int, low: int, most: int) -> ChartPoint:
    slot = (SLOTS_TO - LEFT) / steps
    wide = min(slot * 0.6, 40)
    x = LEFT + slot * (at + 0.5)
    tall = (BASE - CEILING) / most if most else 0
    percent = tally.percent
    return ChartPoint(
        step=step,
        tally=tally,
        x=round(x, 1),
        y=None if percent is None else _height(percent, low),
        wide=round(wide, 1),
        left=round(x - wide / 2, 1),
        high=round(tally.n * tall, 1),
        missed=round(tally.breached * tall, 1),
        label="" if percent is None or steps > EACH_LABELLED else f"{percent:g}",
        day=day_text(step.first) if at % -(-steps // MOST_DAYS) == 0 else "",
    )


def _low(series: Sequence[tuple[PeriodStep, ComplianceTally]]) -> int:
    """The lower end of the compliance scale: at most 90, and below the lowest value, in steps of ten."""
    shares = [tally.percent for _, tally in series if tally.percent is not None]
    return max(0, min(int(min(shares, default=100) // 10 * 10), 90) - (0 if not shares or min(shares) % 10 else 10))


def _height(percent: float, low: int) -> float:
    return round(FLOOR - (percent - low) / (100 - low) * (FLOOR - TOP), 1)


def _summary(series: Sequence[tuple[PeriodStep, ComplianceTally]]) -> str:
    """The chart as a sentence, for screen readers."""
    total = ComplianceTally()
    for _, tally in series:
        total.add(tally)
    if not total.n:
        return "No targets completed in this period."
    days = [(tally.percent, step) for step, tally in series if tally.percent is not None]
    lowest, step = min(days, key=lambda day: (day[0], day[1].first))
    targets = f"{total.n} target{'s' if total.n > 1 else ''}"
    return f"{total.percent:g}% of {targets} met; lowest {lowest:g}% from {day_text(step.first)}."


@register.filter
def add_to(value: float, more: float) -> float:
    """The sum of two numbers; the built-in `add` takes whole numbers only."""
    return round(value + float(more), 1)


@register.filter
def thousands(number: int) -> str:
    """A number with thousands separators: 12,591."""
    return f"{number:,}"
