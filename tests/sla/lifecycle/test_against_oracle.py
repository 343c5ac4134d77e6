"""Clocks against the slow and obvious model that walks minute by minute."""

from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from support_management.analytics import dashboards
from support_management.calendars import editing, versions
from support_management.core.errors import DeskError
from support_management.sla import policy_editing
from support_management.sla.lifecycle import follow_up, sweep
from support_management.sla.models import OrderDisputeSLA, SLAPolicy
from support_management.tickets import conversation, ownership, triage
from tests.factories import make_ticket
from tests.invariants import assert_desk_is_right
from tests.sla.oracle import LONG, MINUTE, NIGHTS, OFFICE, START, Walker, is_open


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
        sweep.fire_due()

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
            walker.change_policy(word, self.targets[word][metric], self._is_open)

    def hand_over(self, _) -> None:
        ownership.assign(ticket=self.ticket.pk, to=self.people["ben"], by=self.people["lea"])
        if self.status == "new":
            self.status = "open"

    def change_hours(self, word: str) -> None:
        self.wait(1)  # what ended before was promised on the hours of then
        self.hours = {"urgent": OFFICE, "high": LONG}.get(word, NIGHTS)
        editing.change(calendar=self.people["calendar"], by=self.people["ira"], hours=self.hours)
        follow_up.run_waiting()

    def agree(self) -> None:
        sweep.fire_due()
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
            for (metric, _), walker in self._open_items():
                if metric == "first_response" and walker.breached_at is None:
                    walker.breached_at = self.clock.at  # never answered
                self._end(metric)
            return
        for (metric, _), walker in self._open_items():
            if walker.breached_at is None:
                (walker.pause if word == "pending" and metric == "resolution" else walker.resume)()
        if before == "resolved":
            self._start("resolution")

    def _start(self, metric: str) -> None:
        cycle = 1 + sum(name == metric for name, _ in self.walkers)
        walker = Walker(self.clock.at, self.targets[self.priority][metric], self._is_open)
        walker.policy = self.priority
        if self.status == "pending" and metric == "resolution":
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
    st.tuples(st.just("wait"), st.integers(1, 12)),
    st.tuples(st.sampled_from(["reply", "ask", "sweep", "hand_over"]), st.just("")),
    st.tuples(st.just("move"), st.sampled_from(["pending", "open", "on_hold", "resolved", "pending"])),
    st.tuples(st.sampled_from(["prioritise", "prioritise", "change_hours"]), st.sampled_from(PRIORITIES)),
)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    return made


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, min_size=3, max_size=14))
@example(steps=[("wait", 387), ("hand_over", ""), ("move", "resolved"), ("wait", 573)])
@pytest.mark.django_db
def test_clocks_of_any_ticket(steps, clock, ada, ben, lea, ira, cleo, office):
    clock.at = START
    versions._hours.cache_clear()  # time stands still and keys come again: two examples' versions would look the same
    versions._across_versions.cache_clear()
    with transaction.atomic():
        desk = Desk(clock, {"ben": ben, "lea": lea, "ira": ira, "cleo": cleo, "calendar": office.pk})
        for name, value in steps:
            if name == "wait":
                desk.wait(value)
            else:
                desk.act(name, value)
        desk.agree()
        assert dashboards.check_all() == 0  # with the night, what was resolved today is so no longer
        assert_desk_is_right()
        transaction.set_rollback(True)


@pytest.fixture
def office(ira, clock):
    """All promises run on the calendar of an office in Berlin."""
    made = editing.create(by=ira, name="Berlin", time_zone="Europe/Berlin", hours=OFFICE)
    for row in SLAPolicy.objects.all():
        policy_editing.change(policy=row.pk, by=ira, values=policy_editing.PolicyValues(calendar=made.pk))
    return made
