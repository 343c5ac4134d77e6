"""SLA compliance for leads: figures, a chart, a table; `?format=csv` returns a file."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.forms import compliance as forms
from console.responses import lead_page, page
from support_management.analytics import breaches, compliance, csv_export
from support_management.core import database_wait
from support_management.core.time import now, zone

LISTED = 50
"""Breaches shown on the page; the CSV of a report has all of them."""


@require_safe
@lead_page
def figures(request):
    """Compliance in the period and grouping of the query string. Invalid input is reported at its field (400)."""
    request.section = "compliance"
    moment, file = now(), asks_for_csv(request)
    form = forms.ComplianceForm(request.GET, moment=moment, zone=reader_zone())
    result = compliance.of(form.period, by=form.by_word) if form.is_valid() else None
    if result and file:
        return download(csv_export.of_compliance(result), f"compliance-{result.period.first}-{result.period.last}.csv")
    presets = forms.presets(moment, reader_zone(), form.period)
    context = {"form": form, "found": result, "presets": presets}
    if result:
        context |= _breaches(result, form.cleaned_data["key"])
    return page(request, "sla/compliance.html", context, status=200 if result else 400)


def _breaches(result: compliance.Compliance, key: int | str | None) -> dict:
    """The first breaches of the period, or of the group with this key, and their number."""
    group = next((group for group in result.groups if group.word == str(key)), None) if key is not None else None
    rows = breaches.of(result.period, by=result.by, key=key)
    total = group.tally.breached if group else result.total.breached if key is None else 0
    return {"breaches": list(breaches.explained(rows, limit=LISTED)), "breached": total, "group": group}


def reader_zone() -> ZoneInfo:
    """The time zone of the person who asks."""
    return zone(timezone.get_current_timezone_name())


def asks_for_csv(request: HttpRequest) -> bool:
    """Whether a file is asked for. It may take longer than a page."""
    if request.GET.get("format") != "csv":
        return False
    database_wait.extend(settings.EXPORT_DATABASE_SECONDS, each=settings.EXPORT_DATABASE_SECONDS)
    return True


def download(text: str, name: str) -> HttpResponse:
    """A CSV file as a download; `name` is plain ASCII without quotes."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
