"""How promises were kept, for leads: figures, a chart, a table; the same as a file with `?format=csv`."""

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.forms import compliance as forms
from console.responses import lead_page, page
from support_management.analytics import breaches, compliance, csv_export
from support_management.core.time import now, zone

LISTED = 50
"""Breaches that the page shows; a report's file has all of a week."""


@require_safe
@lead_page
def figures(request):
    """One period, cut and grouped as the address says. What cannot be counted is said beside its field."""
    request.section = "compliance"
    moment, here = now(), zone(timezone.get_current_timezone_name())
    form = forms.ComplianceForm(request.GET, moment=moment, zone=here)
    found = compliance.of(form.period, by=form.by_word) if form.is_valid() else None
    if found and request.GET.get("format") == "csv":
        return download(csv_export.of_compliance(found), f"compliance-{found.period.first}-{found.period.last}.csv")
    presets = forms.presets(moment, here, form.period)
    context = {"form": form, "found": found, "presets": presets}
    if found:
        context |= _breaches(found, form.cleaned_data["key"])
    return page(request, "sla/compliance.html", context, status=200 if found else 400)


def _breaches(found: compliance.Compliance, key: int | str | None) -> dict:
    """The first of them, of the whole period or of one group, and how many there are."""
    group = next((one for one in found.groups if one.word == str(key)), None) if key is not None else None
    rows = breaches.of(found.period, by=found.by, key=key)
    of = group.tally.breached if group else found.total.breached if key is None else 0
    return {"breaches": list(breaches.explained(rows, limit=LISTED)), "breached": of, "group": group}


def download(text: str, name: str) -> HttpResponse:
    """A file to keep; `name` is made of plain characters."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
