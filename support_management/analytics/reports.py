"""SLA reports: created once for each past week and month, announced to leads, never changed."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
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
"""Limit of reports of a kind that are created after an outage; older ones are skipped."""
SETTLED = timedelta(minutes=5)
"""How long after its end a period is counted, so that everything that ended within it has been committed."""
WORST = 5
LISTED = 100
"""Reports in the list: almost two years of weeks and months."""
SHOWN = 200
"""Breaches on the page; the CSV file has all of them."""
_DAY = timedelta(days=1)


def make_due() -> int:
    """Create missing reports; each once, even in parallel runs. Returns how many."""
    created, desk_zone = 0, zone(settings.TIME_ZONE)
    for kind in SLAReport.Kind.values:
        for start in _missing(kind, _settled_day(desk_zone)):
            created += _make_once(kind, start, desk_zone)
    return created


def oldest_due() -> datetime | None:
    """Since when the oldest missing report could have been created; None when none is missing."""
    desk_zone = zone(settings.TIME_ZONE)
    missing = [(kind, start) for kind in SLAReport.Kind.values for start in _missing(kind, _settled_day(desk_zone))[:1]]
    return min((periods.whole(kind, start, desk_zone).until + SETTLED for kind, start in missing), default=None)


def _settled_day(desk_zone: ZoneInfo) -> date:
    return (now() - SETTLED).astimezone(desk_zone).date()


def _missing(kind: str, today: date) -> list[date]:
    """Starts of past periods without a report, the oldest first: all since the newest report, else the last one.

    Reports of the future, from before the clock was set back, keep no report from being made.
    """
    start = periods.start_of(kind, periods.start_of(kind, today) - _DAY)
    made = SLAReport.objects.filter(kind=kind, start__lte=start).order_by("-start")
    newest = made.values_list("start", flat=True).first()
    starts: list[date] = []
    while (newest is None or start > newest) and len(starts) < (MOST_AT_ONCE if newest else 1):
        starts.append(start)
        start = periods.start_of(kind, start - _DAY)
    return starts[::-1]


def _make_once(kind: str, start: date, desk_zone: ZoneInfo) -> bool:
    figures, breached = figures_of(periods.whole(kind, start, desk_zone))
    try:
        _store(kind, start, desk_zone, figures, breached)
    except IntegrityError:
        return False  # another process has created it first
    return True


@capability
def _store(kind: str, start: date, desk_zone: ZoneInfo, figures: dict, breached: int) -> None:
    values = {"time_zone": desk_zone.key, "figures": figures, "row_count": breached}
    report = SLAReport.objects.create(kind=kind, start=start, **values)
    publish(SLAReportMade(report_id=report.pk))


def figures_of(period: periods.Period) -> tuple[dict, int]:
    """The figures that a report stores, and the number of breaches in the period."""
    compliance_by = {by: compliance.of(period, by=by) for by in compliance.BY}
    overall = compliance_by["policy"]
    figures = {
        "total": _tally(overall.total),
        "before": _tally(overall.before),
        "open_breached": overall.open_breached,
        "series": [{"first": step.first.isoformat()} | _tally(tally) for step, tally in overall.series],
        "worst": [_group(group) for group in worst(overall)],
        "groups": {by: [_group(group) for group in result.groups] for by, result in compliance_by.items()},
    }
    return figures, overall.total.breached


def worst(result: Compliance) -> list[ComplianceGroup]:
    """The groups with the lowest compliance, then with the most breaches."""
    with_breaches = [group for group in result.groups if group.tally.breached]
    return sorted(with_breaches, key=lambda group: (group.tally.percent, -group.tally.breached, group.name))[:WORST]


def _tally(tally: ComplianceTally) -> dict:
    return {
        "met": tally.met,
        "breached": tally.breached,
        "n": tally.n,
        "percent": tally.percent,
        "breach_minutes": tally.breach_minutes,
    }


def _group(group: ComplianceGroup) -> dict:
    fields = {"key": group.key, "name": group.name, "before": _tally(group.before)}
    return fields | _tally(group.tally) | {"open_breached": group.open_breached}


def all_reports() -> QuerySet[SLAReport]:
    """All reports, the newest first."""
    return SLAReport.objects.order_by("-start", "kind")


def notice_fields(report_id: int) -> dict:
    """The fields of the notification to leads: text, link, and the lines of the mail."""
    report = SLAReport.objects.get(pk=report_id)
    total, before = report.figures["total"], report.figures["before"]
    lines = [
        ["Met", f"{total['met']} of {total['n']}"],
        ["Breached", f"{total['breached']}, {length_text(60 * total['breach_minutes'])} past target in total"],
        ["Previous period", share(before)],
        ["Breached and open", str(report.figures["open_breached"])],
    ]
    worst_groups = [[group["name"], share(group)] for group in report.figures["worst"]]
    return {
        "dedup": f"report:{report.kind}:{report.start}",
        "text": f"SLA report of {report.title}: {share(total)}",
        "link": report.get_absolute_url(),
        "facts": {"title": report.title, "lines": lines, "worst": worst_groups, "share": share(total)},
    }


def share(tally: dict) -> str:
    """`96.2% of 106 met`, or that no targets were completed."""
    return "no targets completed" if not tally["n"] else f"{tally['percent']}% of {tally['n']} met"


def breaches_of(report: SLAReport, *, limit: int | None = None) -> Iterator[Breach]:
    """The breached targets of the period, each with its causes.

    Ended clocks do not change, so the list matches the stored figures.
    """
    return breaches.explained(breaches.of(report.period), limit=limit)


def series_of(report: SLAReport) -> list[tuple[PeriodStep, ComplianceTally]]:
    """Tallies day by day, from the stored figures."""
    days = zip(report.period.steps, report.figures["series"], strict=True)
    return [(step, ComplianceTally(day["met"], day["breached"], 60.0 * day["breach_minutes"])) for step, day in days]
