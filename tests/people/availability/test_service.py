"""Availability is kept right: states follow the facts, each change is an interval and an event."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import QuerySet

from support_management.audit.models import SupportActionLog
from support_management.calendars.models import BusinessCalendar
from support_management.core.errors import Invalid, NotAllowed
from support_management.core.models import Heartbeat
from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.events.models import DomainEvent
from support_management.people import presence
from support_management.people.availability import absences, observation, service
from support_management.people.availability.models import AvailabilityInterval, PlannedAbsence
from support_management.people.models import SupportAvailability, SupportProfile, SupportWorkloadTracker
from support_management.tasks import follow_availability
from support_management.tickets import conversation, ownership, triage
from tests.concurrency import at_once, errors
from tests.factories import make_agent, make_dispute, make_ticket, make_unseen
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def kept(agent) -> tuple:
    row = SupportAvailability.objects.get(user=agent)
    return row.state, row.available, row.why_not


def told(agent) -> list[tuple]:
    events = DomainEvent.objects.filter(kind="AvailabilityChanged", payload__agent_id=agent.pk).order_by("pk")
    return [(one.payload["state"], one.payload["available"], one.payload["cause"]) for one in events]


def causes(agent) -> list[str]:
    assert_intervals_follow_each_other(agent)
    return list(AvailabilityInterval.objects.filter(user=agent).order_by("pk").values_list("cause", flat=True))


def assert_intervals_follow_each_other(agent) -> None:
    rows = list(AvailabilityInterval.objects.filter(user=agent).order_by("began_at", "pk"))
    assert [row.ended_at for row in rows[:-1]] == [row.began_at for row in rows[1:]], "a gap, or two at once"
    assert rows[-1].ended_at is None
    assert (rows[-1].state, rows[-1].available, rows[-1].why_not) == kept(agent)


class TestSay:
    def test_ada_goes_on_a_break_and_everybody_can_know(self, ada):
        service.set_status(user=ada.pk, says="break", by=ada)
        row = SupportAvailability.objects.get(user=ada)
        assert kept(ada) == ("break", False, "break")
        assert row.state_since == row.since
        assert (causes(ada), told(ada)) == (["said", "said"], [("break", False, "said")])
        assert SupportActionLog.objects.get(verb="availability").after == {"says": "break"}

    def test_saying_the_same_again_changes_nothing(self, ada):
        since = service.set_status(user=ada.pk, says="away", by=ada).since
        assert service.set_status(user=ada.pk, says="away", by=ada).since == since
        assert len(told(ada)) == 1

    def test_a_lead_sets_it_for_her_and_the_history_says_so(self, ada, lea):
        service.set_status(user=ada.pk, says="offline", by=lea)
        last = AvailabilityInterval.objects.get(user=ada, ended_at=None)
        assert (last.cause, last.by) == ("lead", lea)

    def test_colleagues_may_not_and_who_is_no_agent_has_none(self, ada, ben, lea, cleo):
        with refused("not_yours", NotAllowed):
            service.set_status(user=ada.pk, says="away", by=ben)
        with refused("not_found"):
            service.set_status(user=cleo.pk, says="away", by=lea)
        with refused("unknown_status", Invalid, field="status"):
            service.set_status(user=ada.pk, says="asleep", by=ada)
        assert kept(ada) == ("online", True, "")


class TestPause:
    def test_a_lead_pauses_and_resumes_and_the_state_stays(self, ada, lea):
        service.pause(user=ada.pk, paused=True, by=lea)
        assert kept(ada) == ("online", False, "paused")
        since = SupportAvailability.objects.get(user=ada).state_since
        service.pause(user=ada.pk, paused=True, by=lea)
        service.pause(user=ada.pk, paused=False, by=lea)
        assert kept(ada) == ("online", True, "")
        assert SupportAvailability.objects.get(user=ada).state_since == since
        assert causes(ada) == ["said", "pause", "pause"]

    def test_agents_may_not_even_themselves(self, ada):
        with refused("leads_only", NotAllowed):
            service.pause(user=ada.pk, paused=True, by=ada)


class TestTimeAlone:
    def test_who_was_not_seen_is_away_from_when_patience_ended(self, ada, ben):
        make_unseen(ada, timedelta(minutes=5))
        row = SupportAvailability.objects.get(user=ada)
        assert kept(ada) == ("away", False, "unseen")
        assert timedelta(minutes=2.9) < now() - row.state_since < timedelta(minutes=3.1)
        assert (causes(ada)[-1], told(ada)) == ("silent", [("away", False, "silent")])
        assert kept(ben) == ("online", True, "")

    def test_the_task_does_it_once(self, ada):
        make_unseen(ada, timedelta(minutes=5), settled=False)
        assert [follow_availability(), follow_availability()] == [1, 0]

    def test_an_open_console_brings_her_back(self, ada):
        make_unseen(ada, timedelta(minutes=5))
        presence.refresh([ada.pk, ada.pk])
        assert kept(ada) == ("online", True, "")
        assert causes(ada)[-2:] == ["silent", "seen"]

    def test_so_does_work_without_a_browser(self, ada):
        ticket = make_ticket(assignee=ada)
        make_unseen(ada, timedelta(minutes=5))
        conversation.reply(ticket=ticket.pk, by=ada, body="Here I am.")
        assert follow_availability() == 1
        assert kept(ada) == ("online", True, "")

    def test_what_others_do_to_her_work_is_no_sign_of_life(self, ada, lea):
        ticket, case = make_ticket(assignee=ada), make_dispute(assignee=ada)
        make_unseen(ada, timedelta(minutes=5))
        triage.set_status(ticket=ticket.pk, status="resolved", by=lea)
        lifecycle.resolve(dispute=case.pk, outcome="withdrawn", notes="Settled.", by=lea)
        ownership.assign(ticket=make_ticket().pk, to=ada, by=lea)
        assert follow_availability() == 0
        assert kept(ada)[0] == "away"
        tracker = SupportWorkloadTracker.objects.get(user=lea)
        assert (tracker.tickets_handled, tracker.disputes_handled) == (1, 1)

    def test_a_planned_absence_begins_and_ends(self, ada):
        QuerySet.update(SupportAvailability.objects.filter(user=ada), since=now() - timedelta(hours=5))
        begins = now() - timedelta(hours=1)
        row = absences.plan(user=ada.pk, begins_at=begins, ends_at=now() + timedelta(hours=1), by=ada)
        assert kept(ada) == ("offline", False, "absent")
        QuerySet.update(PlannedAbsence.objects.filter(pk=row.pk), ends_at=now())
        assert follow_availability() == 1
        assert (kept(ada), causes(ada)[-1]) == (("online", True, ""), "absence")

    def test_a_shift_ends_and_saying_online_after_it_is_overtime(self, ada):
        QuerySet.update(SupportAvailability.objects.filter(user=ada), since=now() - timedelta(days=30))
        closed = BusinessCalendar.objects.create(name="A minute a week", hours=_one_minute_yesterday())
        SupportProfile.objects.filter(user=ada).update(shift=closed)
        assert (kept(ada), causes(ada)[-1]) == (("offline", False, "off_shift"), "shift")
        service.set_status(user=ada.pk, says="online", by=ada)
        assert kept(ada) == ("online", True, "")


def _one_minute_yesterday() -> dict:
    day = f"{now() - timedelta(days=1):%a}".lower()
    return {day: [["00:00", "00:01"]]}


class TestEyes:
    def looked(self, ago: timedelta, since: timedelta = timedelta(hours=1)) -> None:
        facts = {"since": (now() - since).isoformat()}
        Heartbeat.objects.update_or_create(part=observation.PART, defaults={"at": now() - ago, "facts": facts})

    def test_a_restart_makes_nobody_away(self, ada):
        make_unseen(ada, timedelta(minutes=10), settled=False)
        self.looked(timedelta(minutes=9))
        assert follow_availability() == 0, "nobody looks"
        presence.refresh([])
        assert kept(ada)[0] == "online", "they look again, and she has the time to come back"
        self.looked(timedelta(seconds=1), since=timedelta(minutes=3))
        assert follow_availability() == 1, "the guard: she did not"

    def test_several_processes_look_and_the_watching_goes_on(self):
        observation.look()
        since = observation.watching_since(now())
        observation.look()
        assert observation.watching_since(now()) == since
        assert observation.watching_since(now() + timedelta(seconds=observation.MAX_GAP_SECONDS + 1)) is None

    def test_who_was_unseen_before_a_restart_is_not_believed_after_it(self, ada):
        make_unseen(ada, timedelta(minutes=5))
        self.looked(timedelta(minutes=4))
        assert follow_availability() == 0
        assert kept(ada)[0] == "away"


class TestAbsences:
    def test_they_are_planned_and_withdrawn_by_whom_they_are_about_and_by_leads(self, ada, ben, lea):
        begins, ends = now() + timedelta(days=1), now() + timedelta(days=3)
        with refused("not_yours", NotAllowed):
            absences.plan(user=ada.pk, begins_at=begins, ends_at=ends, by=ben)
        row = absences.plan(user=ada.pk, begins_at=begins, ends_at=ends, by=lea, reason=" Training ")
        assert (row.reason, row.by, kept(ada)[0]) == ("Training", lea, "online")
        with refused("not_found"):
            absences.withdraw(absence=row.pk, by=ben)
        absences.withdraw(absence=row.pk, by=ada)
        assert not PlannedAbsence.objects.exists()

    def test_one_that_runs_ends_now_and_stays_in_the_books(self, ada):
        QuerySet.update(SupportAvailability.objects.filter(user=ada), since=now() - timedelta(days=1))
        row = absences.plan(user=ada.pk, begins_at=now() - timedelta(hours=1), ends_at=now() + timedelta(1), by=ada)
        absences.withdraw(absence=row.pk, by=ada)
        assert PlannedAbsence.objects.get().ends_at <= now()
        assert kept(ada) == ("online", True, "")

    @pytest.mark.parametrize(
        ("begin", "end", "code", "field"),
        [
            (2, 1, "backwards", "ends_at"),
            (-3, -1, "over", "ends_at"),
            (1, 400, "too_long", "ends_at"),
            (1200, 1201, "too_far", "begins_at"),
            (4, 9, "overlaps", "begins_at"),
        ],
    )
    def test_what_cannot_be_meant_is_refused(self, ada, begin, end, code, field):
        def plan(first: int, last: int):
            absences.plan(user=ada.pk, begins_at=now() + timedelta(first), ends_at=now() + timedelta(last), by=ada)

        plan(5, 6)
        with refused(code, Invalid, field=field):
            plan(begin, end)


class TestRawWrites:
    def test_a_shell_says_it_and_the_state_follows(self, ada):
        SupportAvailability.objects.filter(user=ada).update(says="away")
        assert (kept(ada), causes(ada)) == (("away", False, "away"), ["said", "said"])

    def test_an_absence_written_and_deleted_by_a_shell(self, ada):
        QuerySet.update(SupportAvailability.objects.filter(user=ada), since=now() - timedelta(days=1))
        span = {"begins_at": now() - timedelta(hours=1), "ends_at": now() + timedelta(hours=1)}
        row = PlannedAbsence.objects.create(user=ada, **span)
        assert kept(ada)[2] == "absent"
        row.delete()
        assert kept(ada) == ("online", True, "")

    def test_a_new_agent_begins_with_one_open_interval(self, db):
        nia = make_agent("nia")
        assert causes(nia) == ["said"]


@pytest.mark.django_db(transaction=True)
def test_two_who_settle_at_once_change_it_once(ada, ben):
    for agent in (ada, ben):
        make_unseen(agent, timedelta(minutes=5), settled=False)
    results = at_once(*[service.settle_all] * 3)
    assert errors(results) == []
    assert sum(results) == 2
    for agent in (ada, ben):
        assert (kept(agent)[0], len(told(agent))) == ("away", 1)
        assert_intervals_follow_each_other(agent)


@pytest.mark.django_db(transaction=True)
def test_whatever_they_say_at_once_the_intervals_never_overlap(ada, lea):
    words = [(ada, "break"), (lea, "offline"), (ada, "online"), (lea, "away")]
    results = at_once(*[partial(service.set_status, user=ada.pk, says=says, by=by) for by, says in words])
    assert errors(results) == []
    assert_intervals_follow_each_other(ada)
    assert kept(ada)[0] == SupportAvailability.objects.get(user=ada).says


def test_settling_all_costs_the_same_however_many(ada, django_assert_max_num_queries):
    for _ in range(5):
        make_agent()
    with django_assert_max_num_queries(4):
        assert service.settle_all() == 0
