"""Availability: the status in an agent's own top bar, and the availability page."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from console import access
from console.fragments import groups
from console.fragments.registry import ALL, Part, fragment, pane
from console.fragments.rendering import RenderPass, render
from support_management.calendars import versions
from support_management.core.time import now
from support_management.events.catalogue import (
    AvailabilityChanged,
    DisputeAssigned,
    DisputeMoved,
    RecordChanged,
    RequesterWrote,
    TicketAssigned,
    TicketMoved,
    TicketTriaged,
)
from support_management.people.availability import queries, summary, timeline
from support_management.people.models import SupportAvailability, User
from support_management.people.viewer import Viewer

LOAD_EVENTS = (
    TicketAssigned,
    TicketMoved,
    TicketTriaged,
    RequesterWrote,
    DisputeAssigned,
    DisputeMoved,
    RecordChanged,
)
"""Events that change somebody's load."""
STATUS = fragment(
    name="me.status",
    template="availability/_status.html",
    tag="div",
    dirtied_by=(*LOAD_EVENTS, AvailabilityChanged),
    counter=True,
)
DAYS = 15
"""Today and the two weeks before."""


def status_of(person_id: int, *, pos: int | None) -> str:
    """HTML of the status in the top bar; empty for people who are not agents."""
    rows = _statuses({person_id})
    if person_id not in rows:
        return ""
    return render(STATUS, f"status-{person_id}", lambda: _status(rows[person_id]), pos=pos or 0)


def page_of(person: User, *, day: date | None) -> dict:
    """Context of the availability page: the last two weeks, one day in detail, the absences."""
    zone, moment = timezone.get_current_timezone(), now()
    today = moment.astimezone(zone).date()
    shown = day if day and today - timedelta(days=DAYS) < day <= today else today
    begin, _ = timeline.bounds(today - timedelta(days=DAYS - 1), zone)
    intervals = list(queries.intervals(person.pk, since=begin, until=moment))
    row = person.availability
    shift = person.support_profile.shift
    hours = versions.hours_of(shift.pk) if shift else None
    since, until = timeline.bounds(shown, zone)
    return {
        "person": person,
        "availability": queries.with_prospects([row])[0],
        "shift": shift,
        "days": timeline.days_of(intervals, last=today, count=DAYS, zone=zone, now=moment, shift=hours),
        "figures": summary.figures_of(intervals, begin=begin, end=moment, shift=hours),
        "day": shown,
        "intervals": [interval for interval in reversed(intervals) if _within(interval, since, until)],
        "absences": list(queries.absences(person.pk)),
        "says": SupportAvailability.Says.choices,
    }


def people_of(viewer: Viewer) -> list[SupportAvailability]:
    """The availability of every agent that the viewer may see, by name."""
    return list(queries.visible_to(viewer).order_by("user__name", "user"))


def _within(interval, since, until) -> bool:
    return interval.began_at < until and (interval.ended_at is None or interval.ended_at > since)


def _statuses(people: set[int]) -> dict[int, SupportAvailability]:
    rows = queries.unchecked().select_related("user__support_profile", "user__workload")
    return {row.user_id: row for row in rows.filter(user__in=people)}


def _status(row: SupportAvailability) -> dict:
    words = row.get_state_display() + (", paused" if row.why_not == "paused" else "")
    return {"mine": row, "state_words": words, "person": row.user, "says": SupportAvailability.Says.choices}


def _parts(viewer: Viewer, _arg: str, paint: RenderPass) -> Iterable[Part]:
    people: set[int] = paint.once("statuses of", lambda: paint.dirt.of(STATUS, "agent"))
    if viewer.id not in people and ALL not in people:
        return []
    # Everybody who is dirty in this pass is read in one statement.
    agent_ids = frozenset(people - {ALL} | {viewer.id})
    rows: dict[int, SupportAvailability] = paint.once(("statuses", agent_ids), lambda: _statuses(set(agent_ids)))
    if viewer.id not in rows:
        return []
    element = f"status-{viewer.id}"
    html = paint.html(STATUS, viewer.id, element, lambda: _status(rows[viewer.id]), link="/availability/")
    return [Part(id=element, swap="outerMorph", pos=paint.pos, html=html)]


pane(name="me", may_see=access.may_see_status, parts=_parts, topics=lambda _: {groups.figures()})
