"""At most five mails of a person in ten minutes; the rest comes as one."""

from datetime import timedelta

import pytest

from support_management.core.time import now
from support_management.notifications.email.digest import gather
from support_management.notifications.email.outbox import State
from support_management.notifications.models import MailDuty
from support_management.tasks import send_mail
from tests.notifications.email.mail_server import mail_server
from tests.notifications.email.test_delivery import owe, states

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with mail_server(settings) as server:
        yield server


def test_five_come_one_by_one(server, ada):
    owe(ada, 5)
    assert send_mail() == 5


def test_more_than_five_come_as_one_that_names_each(server, ada, ben):
    owe(ada, 7), owe(ben, 2)
    assert send_mail() == 3
    digest = next(mail for mail in server.mails if mail["To"] == ada.email)
    assert digest["Subject"] == "7 notifications"
    body = digest.get_body(("plain",)).get_content()
    assert all(f"T-{at} is late" in body for at in range(7))
    assert states().count(State.JOINED) == 6


def test_a_full_ten_minutes_lets_the_next_ones_wait_and_join(server, ada):
    owe(ada, 5)
    send_mail()
    owe(ada, 3)
    assert send_mail() == 0
    assert MailDuty.objects.filter(state=State.WAITING, next_try_at__gt=now() + timedelta(minutes=9)).count() == 3
    MailDuty.objects.filter(state=State.SENT).update(tried_at=now() - timedelta(minutes=11))
    MailDuty.objects.filter(state=State.WAITING).update(next_try_at=now())
    assert send_mail() == 3


def test_what_gathers_while_the_server_is_away_is_no_flood_afterwards(server, ada):
    owe(ada, 40)
    MailDuty.objects.update(attempts=3, error="The mail server cannot be reached: refused")
    assert send_mail() == 1
    assert server.mails[0]["Subject"] == "40 notifications"


def test_what_was_perhaps_delivered_stays_a_mail_of_its_own(server, ada):
    owe(ada, 8)
    doubtful = MailDuty.objects.first()
    MailDuty.objects.filter(pk=doubtful.pk).update(state=State.UNCERTAIN, doubts=1)
    assert send_mail() == 2
    assert {mail["Subject"] for mail in server.mails} == {"T-0 is late", "7 notifications"}


def test_a_report_is_never_part_of_a_digest(server, ada):
    owe(ada, 7)
    MailDuty.objects.filter(pk=MailDuty.objects.first().pk).update(template="report")
    gather(now())
    assert MailDuty.objects.get(template="report").state == State.WAITING
