"""SLA reports: made once for each week and each month that is over, told to leads, kept as they were."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError
from django.db.models import QuerySet

from support_management.analytics import breaches, compliance, periods
from support_management.analytics.breaches import Breach
from support_management.analytics.compliance import Compliance, ComplianceGroup, ComplianceTally
from support_management.analytics.models import SLAReport
from support_management.analytics.periods import PeriodStep
from support_management.core.durations import length_text
from support_management.core.time import now, zone
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import SLAReportMade

MOST_AT_ONCE = 8
"""Reports of a kind that are caught up with after an outage; older ones nobody waits for."""
SETTLED = timedelta(minutes=5)
"""So long after its end a period is counted: whatever ended within it has been committed."""
WORST = 5
LISTED = 100
"""Reports that the list shows: almost two years of weeks and months."""
SHOWN = 200
"""Breaches that the page lists; the file has all of them."""
_DAY = timedelta(days=1)


def make_due() -> int:
    """Make what is missing up to now. How many. Whoever runs twice or at once makes each once."""
    made, desk = 0, zone(settings.TIME_ZONE)
    today = (now() - SETTLED).astimezone(desk).date()
    for kind in SLAReport.Kind.values:
        for start in _missing(kind, today):
            made += _make_once(kind, start, desk)
    return made


def _missing(kind: str, today: date) -> list[date]:
    """Periods that are over and have no report, the oldest first: all since the newest report, else the last one."""
    newest = SLAReport.objects.filter(kind=kind).order_by("-start").values_list("start", flat=True).first()
    found: list[date] = []
    start = periods.start_of(kind, periods.start_of(kind, today) - _DAY)
    while (newest is None or start > newest) and len(found) < (MOST_AT_ONCE if newest else 1):
        found.append(start)
        start = periods.start_of(kind, start - _DAY)
    return found[::-1]


def _make_once(kind: str, start: date, desk: ZoneInfo) -> bool:
    figures, rows = figures_of(periods.whole(kind, start, desk))
    try:
        _keep(kind, start, desk, figures, rows)
    except IntegrityError:
        return False  # somebody was first: theirs is the report
    return True


@capability
def _keep(kind: str, start: date, desk: ZoneInfo, figures: dict, rows: int) -> None:
    facts = {"time_zone": desk.key, "figures": figures, "row_count": rows}
    report = SLAReport.objects.create(kind=kind, start=start, **facts)
    publish(SLAReportMade(report_id=report.pk))


def figures_of(period: periods.Period) -> tuple[dict, int]:
    """What a report keeps, and how many breaches it lists."""
    found = {by: compliance.of(period, by=by) for by in compliance.BY}
    whole = found["policy"]
    figures = {
        "total": _tally(whole.total),
        "before": _tally(whole.before),
        "open_breached": whole.open_breached,
        "series": [{"first": step.first.isoformat()} | _tally(tally) for step, tally in whole.series],
        "worst": [_group(group) for group in worst(whole)],
        "groups": {by: [_group(group) for group in one.groups] for by, one in found.items()},
    }
    return figures, whole.total.breached


def worst(found: Compliance) -> list[ComplianceGroup]:
    """The groups that missed most of their promises, by share, then by how many."""
    missed = [group for group in found.groups if group.tally.breached]
    return sorted(missed, key=lambda group: (group.tally.percent, -group.tally.breached, group.name))[:WORST]


def _tally(tally: ComplianceTally) -> dict:
    return {
        "met": tally.met,
        "breached": tally.breached,
        "n": tally.n,
        "percent": tally.percent,
        "breach_minutes": tally.breach_minutes,
    }


def _group(group: ComplianceGroup) -> dict:
    facts = {"key": group.key, "name": group.name, "before": _tally(group.before)}
    return facts | _tally(group.tally) | {"open_breached": group.open_breached}


def all_of_them() -> QuerySet[SLAReport]:
    """The newest first."""
    return SLAReport.objects.order_by("-start", "kind")


def told(report_id: int) -> dict:
    """What leads read of it: title, address, sentence, and the lines of the letter."""
    report = SLAReport.objects.get(pk=report_id)
    total, before = report.figures["total"], report.figures["before"]
    lines = [
        ["Met", f"{total['met']} of {total['n']}"],
        ["Breached", f"{total['breached']}, {length_text(60 * total['breach_minutes'])} past target in total"],
        ["Previous period", share(before)],
        ["Breached and open", str(report.figures["open_breached"])],
    ]
    worst_ones = [[group["name"], share(group)] for group in report.figures["worst"]]
    sentence = f"SLA report of {report.title}: {share(total)}"
    return {
        "dedup": f"report:{report.kind}:{report.start}",
        "text": sentence,
        "link": report.get_absolute_url(),
        "facts": {"title": report.title, "lines": lines, "worst": worst_ones, "share": share(total)},
    }


def share(tally: dict) -> str:
    """96.2 % of 106, or that there was nothing."""
    return "no targets completed" if not tally["n"] else f"{tally['percent']}% of {tally['n']} met"


def breaches_of(report: SLAReport, *, limit: int | None = None) -> Iterator[Breach]:
    """The promises that the period broke, each with its causes.

    What has ended does not change any more, so the list is the one that was counted.
    """
    return breaches.explained(breaches.of(report.period), limit=limit)


def series_of(report: SLAReport) -> list[tuple[PeriodStep, ComplianceTally]]:
    """Day by day, as it was counted."""
    days = zip(report.period.steps, report.figures["series"], strict=True)
    return [(step, ComplianceTally(day["met"], day["breached"], 60.0 * day["breach_minutes"])) for step, day in days]
