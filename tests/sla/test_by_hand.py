"""Clocks against the slow and obvious model that walks minute by minute."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support_management.calendars import editing, versions, week
from support_management.calendars.business_time import BusinessHours
from support_management.calendars.hours import Hours
from support_management.calendars.models import BEGINNING
from support_management.core.errors import DeskError
from support_management.sla import following, policies, thresholds
from support_management.sla.clock import Course, Run
from support_management.sla.models import OrderDisputeSLA, SLAPolicy
from support_management.sla.working import WorkingTime
from support_management.tickets import conversation, ownership, triage
from tests.factories import make_ticket
from tests.invariants import assert_desk_is_right
from tests.sla.walking import MINUTE, Walker

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)
"""A Friday morning; the clocks go forward on Sunday."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {day: [["09:00", "12:30"], ["13:00", "17:00"]] for day in DAYS[:5]} | {"sat": [], "sun": []}
LONG = {day: [["07:00", "24:00"]] for day in DAYS}
NIGHTS = {day: [["00:00", "06:00"], ["20:00", "24:00"]] for day in DAYS}
WEEKS = (OFFICE, LONG, NIGHTS)


def is_open(hours: dict, at: datetime) -> bool:
    local = at.astimezone(BERLIN)
    wall = f"{local:%H:%M}"
    return any(start <= wall < end for start, end in hours[DAYS[local.weekday()]])


def working(hours: dict) -> WorkingTime:
    return WorkingTime(BusinessHours([(BEGINNING, Hours(week.seconds(hours), BERLIN))]))


WORKING = [working(hours) for hours in WEEKS]
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["turn", "turn", "retarget"]), st.integers(0, 900), st.integers(1, 900), st.integers(0, 2)
    ),
    max_size=8,
)


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 900), st.integers(0, 2), ACTS)
def test_the_arithmetic_of_any_history(target, first, acts):
    by_hand = Walker(START, target, lambda at: is_open(WEEKS[first], at))
    runs, at, hours, running = [], START, WORKING[first], True
    for act, later, other, which in acts:
        moment = by_hand.at + later * MINUTE
        by_hand.walk(moment)
        if by_hand.breached_at is not None:
            break
        if running and moment > at:
            runs.append(Run(at, moment, hours))
        at = moment if running or act == "turn" else at
        course = Course.after(runs, at, hours)
        if act == "turn":
            running = not running
            (by_hand.resume if running else by_hand.pause)()
            course = Course(at, hours, course.served)
        else:
            target, hours = other, WORKING[which]
            by_hand.retarget(other, lambda at, which=which: is_open(WEEKS[which], at))
            course = Course.after(runs, at, hours)
        assert course.served == len(by_hand.ticks) * MINUTE
        if running or by_hand.breached_at is not None or len(by_hand.ticks) < target:
            assert course.instant(target * MINUTE) == by_hand.due()


class Desk:
    """One ticket, its clocks by hand, and the desk's own beside them."""

    def __init__(self, clock, people) -> None:
        self.clock, self.people = clock, people
        self.hours = OFFICE
        self.targets = {row.conditions.get("priority"): row.targets for row in SLAPolicy.objects.all()}
        self.ticket, self.status, self.priority = make_ticket(), "new", "normal"
        self.walkers: dict[tuple[str, int], Walker] = {}
        self.replied = False
        self._start("first_response")
        self._start("resolution")

    def act(self, name: str, word: str) -> None:
        try:
            getattr(self, name)(word)
        except DeskError:
            return

    def wait(self, minutes: int) -> None:
        self.clock.at += minutes * MINUTE
        for walker in self._open():
            walker.walk(self.clock.at)

    def sweep(self, _) -> None:
        thresholds.fire_due()

    def reply(self, _) -> None:
        conversation.reply(ticket=self.ticket.pk, by=self.people["lea"], body="Here")
        self.replied = True
        for metric in ("first_response", "next_response"):
            self._end(metric)
        if self.status == "new":
            self.status = "open"

    def ask(self, _) -> None:
        conversation.reply(ticket=self.ticket.pk, by=self.people["cleo"], body="And?")
        waits = any(metric in ("first_response", "next_response") for metric, _ in self._open_keys())
        if self.status in ("pending", "on_hold", "resolved"):
            self._moved("open")
        if not waits:
            self._start("next_response")

    def move(self, word: str) -> None:
        triage.set_status(ticket=self.ticket.pk, status=word, by=self.people["lea"])
        if word != self.status:
            self._moved(word)

    def prioritise(self, word: str) -> None:
        triage.set_priority(ticket=self.ticket.pk, priority=word, by=self.people["lea"])
        if word == self.priority:
            return
        self.priority = word
        for (metric, _), walker in self._open_items():
            walker.retarget(self.targets[word][metric], self._is_open)

    def hand_over(self, _) -> None:
        ownership.assign(ticket=self.ticket.pk, to=self.people["ben"], by=self.people["lea"])
        if self.status == "new":
            self.status = "open"

    def change_hours(self, word: str) -> None:
        self.wait(1)  # what ended before was promised on the hours of then
        self.hours = {"urgent": OFFICE, "high": LONG}.get(word, NIGHTS)
        editing.change(calendar=self.people["calendar"], by=self.people["ira"], hours=self.hours)
        following.do_waiting()

    def agree(self) -> None:
        thresholds.fire_due()
        for walker in self.walkers.values():
            walker.look(self.clock.at)
        for row in OrderDisputeSLA.objects.filter(ticket=self.ticket):
            walker = self.walkers.pop((row.metric, row.cycle))
            assert row.is_open == (not walker.ended), row
            assert row.breached_at == walker.breached_at, row
            if row.is_open and row.breached_at is None:
                assert (row.state == "running") == walker.runs, row
                assert not walker.runs or row.due_at == walker.due(), row
            if row.breached_at is None:
                assert row.paused_seconds // 60 + self._standing(row) == walker.paused_minutes, row
        assert not self.walkers

    def _standing(self, row) -> int:
        return (self.clock.at - row.paused_at) // MINUTE if row.state == "paused" else 0

    def _is_open(self, at: datetime) -> bool:
        return is_open(self.hours, at)

    def _moved(self, word: str) -> None:
        before, self.status = self.status, word
        if word in ("resolved", "closed"):
            for metric, _ in self._open_keys():
                self._end(metric)
            return
        for walker in self._open():
            if walker.breached_at is None:
                (walker.pause if word == "pending" else walker.resume)()
        if before == "resolved":
            self._start("resolution")

    def _start(self, metric: str) -> None:
        cycle = 1 + sum(name == metric for name, _ in self.walkers)
        walker = Walker(self.clock.at, self.targets[self.priority][metric], self._is_open)
        if self.status == "pending":
            walker.pause()
        self.walkers[metric, cycle] = walker

    def _end(self, metric: str) -> None:
        for (name, _), walker in self._open_items():
            if name == metric:
                walker.ended = True

    def _open_items(self):
        return [(key, walker) for key, walker in self.walkers.items() if not walker.ended]

    def _open_keys(self):
        return [key for key, _ in self._open_items()]

    def _open(self):
        return [walker for _, walker in self._open_items()]


class Clock:
    at = START

    def __call__(self):
        return self.at


PRIORITIES = ("urgent", "high", "normal", "low")
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 700)),
    st.tuples(st.sampled_from(["reply", "ask", "sweep", "hand_over"]), st.just("")),
    st.tuples(st.just("move"), st.sampled_from(["pending", "open", "on_hold", "resolved", "pending"])),
    st.tuples(st.sampled_from(["prioritise", "prioritise", "change_hours"]), st.sampled_from(PRIORITIES)),
)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
@pytest.mark.django_db
def test_clocks_of_any_ticket(steps, clock, ada, ben, lea, ira, cleo, office):
    clock.at = START
    versions._hours.cache_clear()  # time stands still and keys come again: two examples' versions would look the same
    versions._as_it_was.cache_clear()
    with transaction.atomic():
        desk = Desk(clock, {"ben": ben, "lea": lea, "ira": ira, "cleo": cleo, "calendar": office.pk})
        for name, value in steps:
            if name == "wait":
                desk.wait(value)
            else:
                desk.act(name, value)
        desk.agree()
        assert_desk_is_right()
        transaction.set_rollback(True)


@pytest.fixture
def office(ira, clock):
    """All promises run on the calendar of an office in Berlin."""
    made = editing.create(by=ira, name="Berlin", time_zone="Europe/Berlin", hours=OFFICE)
    for row in SLAPolicy.objects.all():
        policies.change(policy=row.pk, by=ira, saying=policies.Saying(calendar=made.pk))
    return made
