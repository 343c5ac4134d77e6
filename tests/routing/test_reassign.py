"""Unresolved work of who is not there goes to who is."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.notifications.models import SupportNotification
from support_management.people.availability import keeping
from support_management.people.models import SupportAvailability, SupportProfile, SupportWorkloadTracker, User
from support_management.routing import reassign
from support_management.routing.models import ReassignmentLog
from support_management.tasks import auto_reassign_unresolved_tasks
from support_management.tickets.models import Ticket
from tests.factories import make_agent, make_dispute, make_ticket, make_unseen
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db


def suspended(agent) -> str:
    SupportProfile.objects.filter(user=agent).update(status="suspended")
    return "suspended"


def inactive(agent) -> str:
    SupportProfile.objects.filter(user=agent).update(status="inactive")
    return "inactive"


def disabled(agent) -> str:
    User.objects.filter(pk=agent.pk).update(is_active=False)
    return "inactive"


def demoted(agent) -> str:
    User.objects.filter(pk=agent.pk).update(role="client")
    return "not an agent"


def long_away(agent) -> str:
    SupportAvailability.objects.filter(user=agent).update(says="away", since=now() - timedelta(minutes=31))
    return "away"


def gone_silent(agent) -> str:
    make_unseen(agent, timedelta(minutes=31))
    return "away"


@pytest.mark.parametrize("leave", [suspended, inactive, disabled, demoted, long_away, gone_silent])
def test_adas_work_goes_to_ben_with_history_and_notice(leave, ada, ben):
    ticket, waiting, case = (
        make_ticket(assignee=ada),
        make_ticket(assignee=ada, status="pending"),
        make_dispute(assignee=ada),
    )
    why = leave(ada)
    assert auto_reassign_unresolved_tasks() == 3
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {ben.pk}
    assert Dispute.objects.get(pk=case.pk).assignee == ben
    for work in ({"ticket": ticket}, {"ticket": waiting}, {"dispute": case}):
        last = ReassignmentLog.objects.filter(**work).latest("pk")
        assert (last.from_agent, last.to_agent, last.reason, last.by) == (ada, ben, why, None)
    assert SupportNotification.objects.filter(recipient=ben, kind="assigned").count() == 3
    assert SupportNotification.objects.filter(recipient=ada, kind="taken_away").count() == 3
    assert_desk_is_right()


class TestStays:
    def test_with_who_works_without_a_browser(self, ada, ben):
        make_ticket(assignee=ada)
        gone_silent(ada)
        SupportWorkloadTracker.objects.filter(user=ada).update(last_activity=now())
        keeping.settle_all()
        assert auto_reassign_unresolved_tasks() == 0

    def test_with_a_new_agent_who_has_never_said_where_they_are(self, ben):
        nia = make_agent("nia")
        QuerySet.update(SupportAvailability.objects.filter(user=nia), since=now() - timedelta(days=3))
        make_ticket(assignee=nia)
        assert auto_reassign_unresolved_tasks() == 0

    def test_with_who_is_there_or_away_for_a_moment(self, ada, ben):
        make_ticket(assignee=ada)
        assert auto_reassign_unresolved_tasks() == 0
        SupportAvailability.objects.filter(user=ada).update(says="break")
        assert auto_reassign_unresolved_tasks() == 0

    def test_when_nobody_has_room_is_there_or_serves_the_website(self, ada, ben, zoe):
        row = make_ticket(assignee=ada)
        long_away(ada)
        SupportProfile.objects.filter(user=ben).update(capacity=0)
        assert auto_reassign_unresolved_tasks() == 0
        SupportProfile.objects.filter(user=ben).update(capacity=5)
        SupportAvailability.objects.filter(user=ben).update(says="offline")
        assert auto_reassign_unresolved_tasks() == 0
        assert Ticket.objects.get(pk=row.pk).assignee == ada

    def test_what_is_done_stays_with_whoever_did_it(self, ada, ben):
        make_ticket(assignee=ada, status="resolved")
        suspended(ada)
        assert auto_reassign_unresolved_tasks() == 0


class TestChoice:
    def test_who_has_gone_silent_gets_nothing_and_who_was_seen_comes_first(self, ada, ben):
        seen, silent = make_agent("nia"), make_agent("sam")
        SupportAvailability.objects.filter(user=seen).update(last_seen_at=now())
        gone_silent(silent)
        assert [agent.username for agent in reassign.available_agents()] == ["nia", "ada", "ben"]

    def test_the_least_loaded_first_then_who_waited_longest(self, ada, ben):
        carl = make_agent("carl")
        make_ticket(assignee=ben)
        assert [agent.pk for agent in reassign.available_agents()][:2] == [ada.pk, carl.pk]
        QuerySet.update(SupportWorkloadTracker.objects.filter(user=ada), last_assigned_at=now())
        assert [agent.pk for agent in reassign.available_agents()] == [carl.pk, ada.pk, ben.pk]

    def test_load_counts_against_capacity(self, ada, ben):
        SupportProfile.objects.filter(user=ada).update(capacity=20)
        make_ticket(assignee=ada)
        make_ticket(assignee=ben)
        assert reassign.available_agents()[0] == ada

    def test_work_is_spread_and_nobody_goes_over_capacity(self, ada, ben):
        carl = make_agent("carl")
        SupportProfile.objects.filter(user__in=[ben, carl]).update(capacity=2)
        for _ in range(6):
            make_ticket(assignee=ada)
        suspended(ada)
        assert auto_reassign_unresolved_tasks() == 4
        loads = SupportWorkloadTracker.objects.filter(user__in=[ada, ben, carl]).order_by("user")
        assert list(loads.values_list("load", flat=True)) == [2, 2, 2]
        assert_desk_is_right()
