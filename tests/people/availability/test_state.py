"""What an agent's state is, from what they say and what is seen of them. No database."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support_management.people.availability.state import AgentSignals, AgentState, cause_of, state_of
from tests.calendars.builders import NEVER, at, calendar

PATIENCE = timedelta(seconds=120)
MORNING = at("2026-03-25 10:00")
"""A Wednesday, within office hours."""
EARLY = at("2026-03-25 06:00")
OFFICE = calendar()


def state(now=MORNING, watching_since=EARLY, **facts) -> AgentState:
    return state_of(
        AgentSignals(**{"says": "online", "since": EARLY, "seen_at": now} | facts),
        now=now,
        watching_since=watching_since,
        patience=PATIENCE,
    )


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


class TestSaid:
    def test_who_says_online_and_is_seen_is_available(self):
        assert state() == AgentState("online", available=True)

    @pytest.mark.parametrize("says", ["away", "break", "offline"])
    def test_anything_else_counts_as_said_and_from_then_on(self, says):
        assert state(says=says) == AgentState(says, available=False, why_not=says, began=EARLY)

    def test_pausing_changes_no_state_and_gives_no_work(self):
        assert state(paused=True) == AgentState("online", available=False, why_not="paused")
        assert state(says="break", paused=True).why_not == "break"


class TestSeen:
    def test_two_minutes_of_silence_are_patience_and_no_longer(self):
        assert state(seen_at=MORNING - PATIENCE).available
        gone = state(seen_at=MORNING - PATIENCE - timedelta(seconds=1))
        assert gone == AgentState("away", available=False, why_not="unseen", began=MORNING - timedelta(seconds=1))

    def test_saying_online_is_a_sign_of_life(self):
        assert state(seen_at=None, since=MORNING - minutes(1)).available
        assert state(seen_at=None, since=MORNING - minutes(3)).why_not == "unseen"

    def test_after_a_restart_everybody_has_the_time_to_come_back(self):
        assert state(seen_at=EARLY, watching_since=MORNING - minutes(1)).available
        assert not state(seen_at=EARLY, watching_since=MORNING - minutes(3)).available

    def test_nobody_is_judged_while_nobody_looks(self):
        assert state(seen_at=EARLY, watching_since=None).available

    def test_who_was_unseen_before_the_restart_is_still_not_there(self):
        facts = {"seen_at": EARLY, "unseen_since": EARLY + PATIENCE}
        assert state(watching_since=None, **facts).why_not == "unseen"
        assert state(watching_since=None, **facts | {"seen_at": MORNING}).available


class TestAbsences:
    HOLIDAY = ((at("2026-03-25 08:00"), at("2026-03-27 18:00")),)

    def test_a_running_one_is_offline_until_its_end(self):
        begin, end = self.HOLIDAY[0]
        expected = AgentState("offline", available=False, why_not="absent", began=begin, until=end)
        assert state(absences=self.HOLIDAY) == expected

    def test_it_holds_from_its_beginning_and_not_at_its_end(self):
        [(begin, end)] = self.HOLIDAY
        found = [state(now=moment, absences=self.HOLIDAY).why_not for moment in (begin - minutes(1), begin, end)]
        assert found == ["", "absent", ""]

    def test_who_says_online_meanwhile_is_there(self):
        assert state(absences=self.HOLIDAY, since=at("2026-03-25 09:00")).available

    def test_of_two_that_run_the_longer_one_counts(self):
        longer = (at("2026-03-24 00:00"), at("2026-04-01 00:00"))
        assert state(absences=(*self.HOLIDAY, longer), since=at("2026-03-23 00:00")).until == longer[1]


class TestShift:
    EVENING = at("2026-03-25 19:00")
    YESTERDAY = at("2026-03-24 09:00")

    def test_within_it_they_are_available(self):
        assert state(shift=OFFICE, since=self.YESTERDAY).available

    def test_outside_they_are_offline_until_the_next_opening(self):
        found = state(now=self.EVENING, shift=OFFICE, since=self.YESTERDAY)
        assert (found.state, found.why_not, found.until) == ("offline", "off_shift", at("2026-03-26 09:00"))

    def test_over_the_weekend_until_monday(self):
        found = state(now=at("2026-03-28 12:00"), shift=OFFICE, since=self.YESTERDAY)
        assert found.until == at("2026-03-30 09:00")

    def test_who_says_online_after_its_end_works_overtime(self):
        assert state(now=self.EVENING, shift=OFFICE, since=at("2026-03-25 17:30")).available
        assert not state(now=self.EVENING, shift=OFFICE, since=at("2026-03-25 16:59")).available

    def test_it_runs_on_the_clock_of_its_zone(self):
        berlin = calendar(zone="Europe/Berlin")
        assert state(now=at("2026-03-25 08:30"), shift=berlin, since=self.YESTERDAY).available
        assert not state(now=at("2026-03-25 16:30"), shift=berlin, since=self.YESTERDAY).available

    def test_a_calendar_that_never_opens_expects_nobody_and_forbids_nothing(self):
        assert state(shift=calendar(NEVER)).available


CAUSES = {
    ("", "unseen"): "silent",
    ("unseen", ""): "seen",
    ("", "absent"): "absence",
    ("absent", "unseen"): "absence",
    ("off_shift", ""): "shift",
    ("unseen", "off_shift"): "shift",
    ("", "paused"): "pause",
    ("paused", ""): "pause",
    ("", "break"): "",
    ("", ""): "",
}


@pytest.mark.parametrize("change", CAUSES)
def test_a_change_by_itself_has_the_cause_that_its_reasons_tell(change):
    assert cause_of(*change) == CAUSES[change]


moments = st.integers(-10_000, 10_000).map(lambda number: MORNING + minutes(number))
spans = st.tuples(moments, st.integers(1, 5000)).map(lambda pair: (pair[0], pair[0] + minutes(pair[1])))
known = st.builds(
    AgentSignals,
    says=st.sampled_from(["online", "away", "break", "offline"]),
    since=moments,
    seen_at=st.none() | moments,
    unseen_since=st.none() | moments,
    paused=st.booleans(),
    absences=st.lists(spans, max_size=3).map(tuple),
    shift=st.sampled_from([None, OFFICE]),
)


@settings(max_examples=150, deadline=None)
@given(known, st.none() | moments)
def test_whatever_is_known_available_means_that_everything_holds(facts, watching_since):
    found = state_of(facts, now=MORNING, watching_since=watching_since, patience=PATIENCE)
    assert found.available == (found.why_not == "")
    assert found.until is None or found.until > MORNING
    if facts.says != "online":
        assert (found.state, found.why_not) == (facts.says, facts.says)
    if found.available:
        assert facts.says == found.state == "online"
        assert not facts.paused
        assert all(not begin <= MORNING < end or facts.since >= begin for begin, end in facts.absences)
    if found.why_not == "unseen":
        assert facts.unseen_since is not None or watching_since is not None
