"""SLA reports for leads: the list, and one report on screen, on paper and as a file."""

from django.views.decorators.http import require_safe

from console import access
from console.responses import lead_page, page
from console.views.compliance import asks_for_csv, download, reader_zone
from support_management.analytics import compliance, csv_export, reports


@require_safe
@lead_page
def board(request):
    """The newest reports."""
    request.section = "reports"
    rows = list(reports.all_reports()[: reports.LISTED])
    return page(request, "sla/reports.html", {"reports": rows})


@require_safe
@lead_page
def report(request, kind, start):
    """A report as it was calculated. The page lists the first breaches, `?format=csv` all of them."""
    request.section = "reports"
    row = access.report_of(kind, start)
    if asks_for_csv(request):
        text = csv_export.of_breaches(reports.breaches_of(row), reader_zone())
        return download(text, f"sla-report-{row.kind}-{row.start}.csv")
    breaches = list(reports.breaches_of(row, limit=reports.SHOWN))
    figures = row.figures
    parts = [(title, figures["groups"][by]) for by, title in compliance.BY.items()]
    change = compliance.change(figures["total"]["percent"], figures["before"]["percent"])
    context = {"report": row, "figures": figures, "change": change, "parts": parts, "breaches": breaches}
    return page(request, "sla/report.html", context | {"series": reports.series_of(row)})
