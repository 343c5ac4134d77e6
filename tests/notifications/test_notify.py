"""Who is told what."""

import pytest

from support_management.notifications import read
from support_management.notifications.models import SupportNotification
from support_management.tickets import ownership
from tests.factories import make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def test_who_took_it_herself_needs_no_notice(ada):
    ownership.claim(ticket=make_ticket().pk, by=ada)
    assert not SupportNotification.objects.exists()


def test_a_long_subject_does_not_push_the_news_out(ada, lea):
    row = make_ticket(subject="x" * 200)
    ownership.assign(ticket=row.pk, to=ada, by=lea)
    notice = SupportNotification.objects.get(recipient=ada)
    assert notice.text.endswith("assigned to you")
    assert len(notice.text) <= 300
    assert notice.link == f"/tickets/{row.number}/"


def test_ada_marks_hers_as_read_and_not_bens(ada, ben, lea):
    ownership.assign(ticket=make_ticket().pk, to=ada, by=lea)
    notice = SupportNotification.objects.get(recipient=ada)
    assert read.mark_as_read(notification=notice.pk, by=ada).read
    with refused("not_found"):
        read.mark_as_read(notification=notice.pk, by=ben)
