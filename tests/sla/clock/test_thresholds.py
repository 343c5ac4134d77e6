"""Thousands of thresholds in the same second cost the same few statements as one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.events.models import DomainEvent
from support_management.notifications.models import MailDuty, SupportNotification
from support_management.sla.lifecycle import sweep
from support_management.sla.models import SLAEvent
from tests.factories import make_old, make_tickets
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db
FIRED = ("warned", "at_risk", "breached")


def statements(number: int, assignee) -> int:
    """What a sweep asks of the database when so many tickets of one agent miss their first deadline."""
    for row in make_tickets(number, assignee=assignee):
        make_old(row, by=timedelta(hours=5))
    with CaptureQueriesContext(connection) as queries:
        assert sweep.fire_due() == 3 * number
    return len(queries)


def test_twenty_cost_what_two_cost(ada, lea):
    statements(1, ada)  # what is read once is known from here on
    assert statements(20, ada) == statements(2, ada)
    assert_desk_is_right()


def test_each_leaves_its_history_its_events_and_its_notices(ada, lea):
    statements(12, ada)
    assert SLAEvent.objects.filter(kind__in=FIRED).count() == 36
    assert DomainEvent.objects.filter(kind="ClockReached").count() == 36
    assert SupportNotification.objects.filter(recipient=ada, kind="breached").count() == 12
    assert SupportNotification.objects.filter(recipient=lea, kind="team_breached").count() == 12


def test_a_mass_breach_is_one_mail_for_each_reader(ada, lea):
    statements(12, ada)
    assert {(mail.person, mail.kind) for mail in MailDuty.objects.all()} == {(ada, "digest"), (lea, "digest")}
