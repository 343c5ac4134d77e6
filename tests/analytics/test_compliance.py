"""SLA compliance: what counts, on whose days, at what cost; against a count that anybody can follow."""

import random
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.analytics import compliance, periods
from support_management.calendars import editing
from support_management.calendars.engine import weekly_hours
from support_management.core.errors import Invalid
from support_management.models import BusinessCalendar, OrderDisputeSLA, SLAPolicy
from support_management.sla.lifecycle import sweep
from tests.analytics.builders import HOUR, at, ended, keep
from tests.cast import south
from tests.factories import make_dispute, make_old, make_ticket
from tests.refusals import refused

BERLIN, UTC, KOLKATA, SANTIAGO = (
    ZoneInfo(name) for name in ("Europe/Berlin", "UTC", "Asia/Kolkata", "America/Santiago")
)
pytestmark = pytest.mark.django_db


def days(first: str, last: str, *, per="day", zone=UTC) -> periods.Period:
    return periods.period(first=date.fromisoformat(first), last=date.fromisoformat(last), per=per, zone=zone)


def of(first: str, last: str, *, by="policy", agent=None, **facts) -> compliance.Compliance:
    return compliance.of(days(first, last, **facts), by=by, agent=agent)


@pytest.fixture
def ticket():
    return make_ticket()


class TestWhatCounts:
    def test_met_over_met_and_breached_with_how_late_they_were(self, ticket):
        keep(
            ended(ticket, at("2026-11-10 12:00")),
            ended(ticket, at("2026-11-11 12:00")),
            ended(ticket, at("2026-11-12 12:00"), took=3 * HOUR),
        )
        found = of("2026-11-10", "2026-11-12")
        assert (found.total.met, found.total.breached, found.total.n, found.total.percent) == (2, 1, 3, 66.7)
        assert found.total.breach_minutes == 60
        assert [tally.n for _, tally in found.series] == [1, 1, 1]

    def test_a_cancelled_clock_counts_nowhere(self, ticket):
        keep(ended(ticket, at("2026-11-10 12:00"), state="cancelled"))
        found = of("2026-11-10", "2026-11-12")
        assert (found.total.n, found.total.percent, found.groups) == (0, None, [])

    def test_breached_and_open_is_a_figure_of_its_own(self, ada):
        make_old(make_ticket(assignee=ada), by=5 * HOUR)
        make_old(make_ticket(), by=5 * HOUR)
        sweep.fire_due()
        today = periods.last_days(1, moment=OrderDisputeSLA.objects.latest("pk").started_at, zone=UTC)
        found = compliance.of(today, by="agent")
        assert (found.total.n, found.open_breached) == (0, 2)
        assert {(group.name, group.open_breached) for group in found.groups} == {("Ada Agent", 1), ("Unassigned", 1)}
        assert compliance.of(today, by="policy", agent=ada).open_breached == 1

    def test_the_period_before_is_the_same_length_or_the_month_before(self, ticket):
        assert (days("2026-11-10", "2026-11-12").before().first, days("2026-11-10", "2026-11-12").before().last) == (
            date(2026, 11, 7),
            date(2026, 11, 9),
        )
        march = days("2026-03-01", "2026-03-31").before()
        assert (march.first, march.last) == (date(2026, 2, 1), date(2026, 2, 28))
        keep(
            ended(ticket, at("2026-11-09 23:59")),
            ended(ticket, at("2026-11-06 23:59")),
            ended(ticket, at("2026-11-10 00:00")),
        )
        found = of("2026-11-10", "2026-11-12")
        assert (found.before.n, found.total.n) == (1, 1)

    def test_an_agent_gets_what_they_completed(self, ticket, ada, ben):
        keep(ended(ticket, at("2026-11-10 12:00"), agent=ada), ended(ticket, at("2026-11-10 12:00"), agent=ben))
        assert of("2026-11-10", "2026-11-10", agent=ada).total.n == 1

    @pytest.mark.parametrize("by", compliance.BY)
    def test_each_way_of_grouping_adds_up_and_names_its_groups(self, by, ada):
        other = make_ticket(website_id=south().pk, priority="urgent")
        policies = SLAPolicy.objects.order_by("position")
        keep(
            ended(make_ticket(), at("2026-11-10 12:00"), agent=ada, policy=policies[0]),
            ended(other, at("2026-11-11 12:00"), took=3 * HOUR, metric="resolution", policy=policies[1]),
        )
        found = of("2026-11-10", "2026-11-12", by=by)
        assert len(found.groups) == 2
        assert sum(group.tally.n for group in found.groups) == sum(tally.n for _, _, tally in found.cells) == 2
        expected = {
            "policy": {policies[0].name, policies[1].name},
            "metric": {"Next response", "Resolution"},
            "priority": {"Normal", "Urgent"},
            "website": {"North", "South"},
            "agent": {"Ada Agent", "Unassigned"},
        }
        assert {group.name for group in found.groups} == expected[by]

    def test_a_dispute_has_the_website_of_its_order(self, ada):
        clock = make_dispute(assignee=ada).clocks.get()
        OrderDisputeSLA.objects.filter(pk=clock.pk).update(state="met", completed_at=at("2026-11-10 12:00"))
        (group,) = of("2026-11-10", "2026-11-10", by="website").groups
        assert (group.name, group.tally.met) == ("North", 1)


class TestWhoseDays:
    def test_half_past_eleven_in_utc_is_tomorrow_in_berlin(self, ticket):
        keep(ended(ticket, at("2026-11-24 23:30")))
        assert [tally.n for _, tally in of("2026-11-24", "2026-11-25").series] == [1, 0]
        assert [tally.n for _, tally in of("2026-11-24", "2026-11-25", zone=BERLIN).series] == [0, 1]
        assert of("2026-11-24", "2026-11-24", zone=BERLIN).total.n == 0

    @pytest.mark.parametrize(
        ("moment", "day"), [("2026-10-24 22:00", 0), ("2026-10-25 22:59", 0), ("2026-10-25 23:00", 1)]
    )
    def test_the_day_on_which_clocks_go_back_has_25_hours(self, ticket, moment, day):
        keep(ended(ticket, at(moment)))
        series = of("2026-10-25", "2026-10-26", zone=BERLIN).series
        assert [tally.n for _, tally in series] == [int(day == 0), int(day == 1)]

    def test_a_day_whose_midnight_is_left_out_begins_an_hour_later(self):
        assert periods.begin(date(2026, 9, 6), SANTIAGO) == at("2026-09-06 04:00")

    def test_weeks_begin_on_monday_and_the_first_may_be_cut(self):
        steps = days("2026-11-04", "2026-11-17", per="week").steps
        assert [(step.first.day, step.last.day) for step in steps] == [(4, 8), (9, 15), (16, 17)]
        assert [step.first.month for step in days("2026-11-15", "2027-01-02", per="month").steps] == [11, 12, 1]

    @pytest.mark.parametrize(
        ("first", "last", "per", "code", "field"),
        [
            ("2026-11-02", "2026-11-01", "day", "turned_round", "until"),
            ("1999-12-31", "2026-11-01", "month", "out_of_reach", "since"),
            ("2026-01-01", "9999-12-31", "month", "out_of_reach", "until"),
            ("2026-01-01", "2026-12-31", "day", "too_many", "per"),
            ("2020-01-01", "2026-12-31", "week", "too_many", "per"),
            ("2000-01-01", "2026-12-31", "month", "too_many", "per"),
        ],
    )
    def test_what_no_chart_can_show_is_refused_in_words(self, first, last, per, code, field):
        with refused(code, Invalid, field=field):
            days(first, last, per=per)


class TestAgainstANaiveCount:
    """One clock after the other, minute by minute, with nothing but the wall clock of the zone."""

    @pytest.fixture
    def office(self, ira) -> BusinessCalendar:
        return editing.create(by=ira, name="Office", time_zone="Europe/Berlin", hours=weekly_hours.OFFICE)

    @pytest.mark.parametrize("seed", range(6))
    def test_any_clocks_come_to_the_same(self, seed, office, ada, ben):
        chance = random.Random(seed)
        tickets = [make_ticket(), make_ticket(priority="high"), make_ticket(priority="low")]
        policies = list(SLAPolicy.objects.order_by("position"))
        around = policies[0].calendar_id
        clocks = []
        for _ in range(150):
            end = at("2026-10-20 00:00") + timedelta(minutes=chance.randrange(20 * 1440))
            took = timedelta(minutes=chance.choice([5, 60, 121, 600, 2000]))
            calendar_id = chance.choice([around, office.pk])
            target = timedelta(minutes=chance.choice([60, 120, 480]))
            minutes = open_minutes(end - took, end, calendar_id == office.pk)
            state = chance.choice(["cancelled", "due"])
            state = state if state == "cancelled" else "breached" if timedelta(minutes=minutes) > target else "met"
            facts = {"policy": chance.choice(policies), "agent": chance.choice([None, ada, ben])}
            one = ended(
                chance.choice(tickets), end, took=took, target=target, state=state, calendar_id=calendar_id, **facts
            )
            clocks.append(one)
        keep(*clocks)
        zone, per = chance.choice([UTC, BERLIN, KOLKATA]), chance.choice(periods.PER)
        found = of("2026-10-24", "2026-11-03", zone=zone, per=per, by=chance.choice(["policy", "agent"]))
        for step, tally in found.series:
            assert facts_of(tally) == counted(clocks, step.first, step.last, zone, office.pk)
        for group in found.groups:
            own = [
                one
                for one in clocks
                if group.key in (one.policy_id if found.by == "policy" else one.completed_agent_id,)
            ]
            assert facts_of(group.tally) == counted(own, date(2026, 10, 24), date(2026, 11, 3), zone, office.pk)
        assert facts_of(found.before) == counted(clocks, date(2026, 10, 13), date(2026, 10, 23), zone, office.pk)


def open_minutes(start, end, office: bool) -> int:
    if not office:
        return (end - start) // timedelta(minutes=1)
    minutes = ((start + timedelta(minutes=n)).astimezone(BERLIN) for n in range((end - start) // timedelta(minutes=1)))
    return sum(one.weekday() < 5 and 9 <= one.hour < 17 for one in minutes)


def counted(clocks, first: date, last: date, zone: ZoneInfo, office: int) -> tuple[int, int, int]:
    states, over = Counter(), 0
    for one in clocks:
        if first <= one.completed_at.astimezone(zone).date() <= last:
            states[one.state] += 1
            if one.state == "breached":
                served = open_minutes(one.since, one.completed_at, one.calendar_id == office)
                over += max(0, served - one.target_seconds // 60)
    return states["met"], states["breached"], over


def facts_of(tally: compliance.ComplianceTally) -> tuple[int, int, int]:
    return tally.met, tally.breached, tally.breach_minutes


class TestCost:
    @pytest.mark.parametrize("by", compliance.BY)
    def test_many_clocks_cost_as_many_queries_as_few(self, by, ada):
        costs = []
        tickets = [make_ticket(assignee=ada), make_ticket(priority="low")]
        keep(ended(tickets[0], at("2026-11-10 12:00"), took=3 * HOUR, agent=ada))
        of("2026-11-01", "2026-11-30", by=by)  # what calendars say is read once per process
        for more in (0, 300):
            keep(*(ended(tickets[n % 2], at("2026-11-01 12:00") + n * HOUR, took=3 * HOUR) for n in range(more)))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert of("2026-11-01", "2026-11-30", by=by).total.n == more + 1
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 5

    def test_the_period_is_read_from_its_index(self, ticket):
        keep(*(ended(ticket, at("2026-11-01 12:00") + n * HOUR) for n in range(50)))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")  # fifty rows are read at once, whatever the index
        assert "clock_ended" in compliance.ended_in(days("2026-11-10", "2026-11-10")).explain()
