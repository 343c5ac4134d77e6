"""Calendars for leads: what they say, as a picture of two weeks, and what is due when. Admins change them elsewhere."""

from django.views.decorators.http import require_safe

from console import access
from console.responses import lead_page, page
from support_management.calendars import preview, queries, two_weeks, wording
from support_management.core.time import now


@require_safe
@lead_page
def board(request):
    """All of them, a line each."""
    request.section = "calendars"
    lines = [_line(row) for row in queries.all_calendars()]
    return page(request, "calendars/list.html", {"calendars": lines})


@require_safe
@lead_page
def calendar(request, pk):
    """One of them. `?start=2026-03-27T10:00&time=8h` asks what is due when."""
    request.section = "calendars"
    row, moment = access.calendar_by_pk(pk), now()
    asked = preview.due_time(row, start=request.GET.get("start", ""), amount=request.GET.get("time", ""), at=moment)
    context = {"calendar": row, "line": _line(row), "asked": asked, "fortnight": two_weeks.of(row, at=moment)}
    return page(
        request, "calendars/page.html", context | {"versions": [_version(one) for one in queries.history_of(row)]}
    )


def _line(row) -> dict:
    return {"pk": row.pk, "name": row.name} | _facts(row)


def _version(row) -> dict:
    made = {
        "number": row.number,
        "since": row.effective_from,
        "made": row.at,
        "author": row.author or "System",
    }
    return made | _facts(row)


def _facts(row) -> dict:
    return {"time_zone": row.time_zone, "week": wording.week_of(row), "holidays": wording.holidays_of(row)}
