"""Which work leaves its owner, and why: values only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from support_management.core.time import NEVER
from support_management.routing.engine.reassignment_policy import AbsenceLimits, HeldWork, OwnerState, leaving

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
LIMITS = AbsenceLimits(absent=timedelta(minutes=30), pause=timedelta(minutes=60))
ADA = OwnerState(id=1, name="Ada", standing="", state="online", since=NOON, why_not="", load=4, capacity=8)
FRESH = HeldWork(
    kind="ticket",
    id=1,
    units=1,
    loads=True,
    due_at=NEVER,
    due_state="on_track",
    had_at=NOON - timedelta(hours=1),
    touched=False,
    above=False,
    offered=False,
)
WAITS = replace(FRESH, id=2, units=0, loads=False, due_state="paused")
LATE = replace(FRESH, id=3, due_state="breached", due_at=NOON - timedelta(hours=1))
RISK = replace(FRESH, id=4, due_state="at_risk", due_at=NOON + timedelta(hours=2))
SOON = replace(FRESH, id=5, due_at=NOON + timedelta(minutes=29))


def gone(owner: OwnerState, *held: HeldWork) -> list[tuple[int, str]]:
    return [(one.held.id, one.cause) for one in leaving(owner, held, now=NOON, limits=LIMITS)]


def absent(minutes: int, state: str = "away", why_not: str = "") -> OwnerState:
    since = NOON - timedelta(minutes=minutes)
    return replace(ADA, state=state, since=since, why_not=why_not or state)


@pytest.mark.parametrize(
    ("standing", "cause"), [("suspended", "suspended"), ("inactive", "inactive"), ("not an agent", "inactive")]
)
def test_who_cannot_have_work_leaves_all_of_it_at_once(standing, cause):
    found = leaving(replace(ADA, standing=standing), [FRESH, WAITS], now=NOON, limits=LIMITS)
    assert [(one.cause, one.words, one.lost) for one in found] == [(cause, f"Ada is {standing}", True)] * 2


@pytest.mark.parametrize(
    ("state", "why_not", "cause", "words"),
    [
        ("away", "away", "away", "Ada is away"),
        ("away", "unseen", "away", "Ada has not been active"),
        ("offline", "offline", "offline", "Ada is offline"),
        ("offline", "absent", "offline", "Ada is absent"),
        ("offline", "off_shift", "offline", "Ada is off shift"),
    ],
)
def test_who_is_not_there_for_long_leaves_what_counts_as_load(state, why_not, cause, words):
    assert gone(absent(29, state, why_not), FRESH, LATE, WAITS) == []
    [one] = leaving(absent(30, state, why_not), [FRESH, WAITS], now=NOON, limits=LIMITS)
    assert (one.held, one.cause, one.words, one.lost) == (FRESH, cause, words, False)
    assert one.since == NOON - timedelta(minutes=30)


def test_a_break_leaves_first_what_cannot_wait_and_in_the_end_all_that_counts():
    works = (FRESH, WAITS, LATE, RISK, SOON)
    assert gone(absent(29, "break"), *works) == []
    assert gone(absent(30, "break"), *works) == [(3, "break"), (4, "break"), (5, "break")]
    assert gone(absent(60, "break"), *works) == [(1, "break"), (3, "break"), (4, "break"), (5, "break")]


@pytest.mark.parametrize(("state", "minutes"), [("away", 600), ("offline", 600), ("break", 600)])
def test_what_an_owner_is_active_in_stays_whatever_their_status_says(state, minutes):
    assert gone(absent(minutes, state), replace(RISK, active=True)) == []
    assert [pk for pk, _ in gone(absent(minutes, state), RISK)] == [4]


@pytest.mark.parametrize(("state", "limit"), [("away", 30), ("offline", 30), ("break", 60)])
def test_what_was_given_during_an_absence_waits_as_long_from_then(state, limit):
    held = replace(FRESH, given_at=NOON - timedelta(minutes=limit - 1))
    assert gone(absent(600, state), held) == []
    held = replace(FRESH, given_at=NOON - timedelta(minutes=limit))
    assert [pk for pk, _ in gone(absent(600, state), held)] == [1]


@pytest.mark.parametrize("owner", [ADA, replace(ADA, load=10, capacity=8)])
def test_what_was_just_taken_or_given_stays_for_a_while(owner):
    taken = replace(RISK, given_at=NOON - timedelta(hours=1))
    assert gone(owner, replace(taken, stays_until=NOON + timedelta(seconds=1))) == []
    assert [pk for pk, _ in gone(owner, replace(taken, stays_until=NOON))] == [4]


def test_what_routing_has_just_given_is_not_neglected_but_may_be_too_much():
    routed = replace(RISK, stays_until=NOON + timedelta(seconds=1))
    assert gone(ADA, routed) == []
    assert gone(replace(ADA, load=10, capacity=8), routed) == [(4, "overload")]


def test_untouched_work_at_risk_is_offered_once():
    assert gone(ADA, FRESH, RISK, LATE, WAITS) == [(4, "sla_risk")]
    assert gone(ADA, replace(RISK, touched=True)) == []
    assert gone(ADA, replace(RISK, offered=True)) == []


class TestTooMuch:
    FULL = replace(ADA, load=10, capacity=8)

    def works(self, **facts) -> list[HeldWork]:
        return [replace(FRESH, id=at, had_at=NOON + timedelta(minutes=at), **facts) for at in range(10)]

    def test_the_newest_untouched_work_leaves_until_the_rest_fits(self):
        assert gone(self.FULL, *self.works()) == [(9, "overload"), (8, "overload")]
        assert gone(self.FULL, *self.works(units=2)) == [(9, "overload")]
        assert gone(replace(self.FULL, load=8), *self.works()) == []

    def test_not_what_they_work_at(self):
        assert gone(self.FULL, *self.works(touched=True)) == []

    def test_tickets_and_disputes_count_together(self):
        mixed = [replace(work, kind="dispute" if work.id % 2 else "ticket") for work in self.works()]
        assert gone(self.FULL, *mixed) == [(9, "overload"), (8, "overload")]

    def test_what_a_leads_hand_gave_beyond_capacity_is_meant(self):
        first, second, *rest = self.works()
        works = [replace(first, above=True), replace(second, above=True), *rest]
        assert gone(self.FULL, *works) == []
        assert gone(replace(self.FULL, load=11), *works) == [(9, "overload")]
