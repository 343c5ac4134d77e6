"""Business calendars for leads: hours, two weeks as a picture, due times. Admins edit them in Django admin."""

from django.views.decorators.http import require_safe

from console import access
from console.responses import lead_page, page
from support_management.calendars import preview, queries, two_weeks, wording
from support_management.core.time import now


@require_safe
@lead_page
def board(request):
    """All calendars."""
    request.section = "calendars"
    lines = [_line(row) for row in queries.all_calendars()]
    return page(request, "calendars/list.html", {"calendars": lines})


@require_safe
@lead_page
def calendar(request, pk):
    """One calendar. `?start=2026-03-27T10:00&time=8h` calculates a due time."""
    request.section = "calendars"
    row, moment = access.calendar_by_pk(pk), now()
    answer = preview.due_time(row, start=request.GET.get("start", ""), amount=request.GET.get("time", ""), at=moment)
    context = {"calendar": row, "line": _line(row), "asked": answer, "fortnight": two_weeks.of(row, at=moment)}
    return page(
        request,
        "calendars/page.html",
        context | {"versions": [_version(version) for version in queries.history_of(row)]},
    )


def _line(row) -> dict:
    return {"pk": row.pk, "name": row.name} | _hours(row)


def _version(row) -> dict:
    fields = {
        "number": row.number,
        "since": row.effective_from,
        "made": row.at,
        "author": row.author or "System",
    }
    return fields | _hours(row)


def _hours(row) -> dict:
    return {"time_zone": row.time_zone, "week": wording.week_of(row), "holidays": wording.holidays_of(row)}
