"""A mail is owed until the server took it: late perhaps, never lost, twice only under one Message-ID."""

import time
from datetime import timedelta

import pytest

from support_management.core.errors import Conflict
from support_management.core.time import now
from support_management.notifications.email import delivery, outbox, rendering
from support_management.notifications.email.outbox import OutgoingMail, State
from support_management.notifications.models import MailDuty
from support_management.people.models import User
from support_management.tasks import send_mail
from tests.notifications.email.mail_server import BETWEEN_SECONDS, WORDS, mail_server, reach
from tests.refusals import refused
from tests.servers import free_port

pytestmark = pytest.mark.django_db


def owe(person, number: int = 1, **facts) -> None:
    for at in range(number):
        outbox.enqueue(
            [OutgoingMail(**{"person_id": person.pk, "kind": "breached", "subject": f"T-{at} is late"} | facts)]
        )


def all_are_due() -> None:
    MailDuty.objects.filter(state__in=[State.WAITING, State.UNCERTAIN]).update(next_try_at=now())


def states() -> list[str]:
    return list(MailDuty.objects.order_by("pk").values_list("state", flat=True))


class TestAServerThatWorks:
    def test_ada_gets_it_once_however_often_the_task_runs(self, settings, ada):
        owe(ada, link="/tickets/T-1/", about=("ticket", 1))
        with mail_server(settings) as server:
            assert [send_mail(), send_mail()] == [1, 0]
        [mail] = server.mails
        assert (mail["To"], mail["Subject"]) == (ada.email, "T-0 is late")
        duty = MailDuty.objects.get()
        assert mail["Message-ID"] == rendering.message_id(duty)
        assert duty.sent_at

    def test_its_headers_say_what_it_is(self, settings, ada):
        settings.PUBLIC_URL, settings.MAIL_FROM = "https://desk.example", "Desk <desk@desk.example>"
        settings.MAIL_REPLY_TO = "Leads <leads@desk.example>"
        owe(ada, link="/tickets/T-1/", about=("ticket", 7))
        with mail_server(settings) as server:
            send_mail()
        [mail] = server.mails
        assert mail["Reply-To"] == "Leads <leads@desk.example>"
        assert mail["List-Id"] == "Support Console notifications <notices.desk.example>"
        assert mail["List-Unsubscribe"] == "<https://desk.example/preferences/notices/>"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["References"] == "<ticket.7@desk.example>"
        plain, rich = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
        for body in (plain, rich):
            assert "https://desk.example/tickets/T-1/" in body
            assert "https://desk.example/preferences/notices/" in body
        assert not any(word in rich for word in ("src=", "<img", "<link", "<script", "url("))

    def test_hostile_words_stay_words(self, settings, ada):
        nasty = "T-1 <img src=x onerror=alert(1)> \u202egnp.exe\r\nBcc: eve@evil.example\n\nBody & {{ 7 }}"
        owe(ada, subject=nasty, link="//evil.example/x")
        with mail_server(settings) as server:
            assert send_mail() == 1
        [mail] = server.mails
        assert mail["Bcc"] is None
        assert "\u202e" not in mail["Subject"]
        assert "Bcc: eve" in mail["Subject"]
        assert "<img" not in mail.get_body(("html",)).get_content()
        assert "https://evil" not in mail.as_string()
        assert "//evil.example/x" not in mail.as_string()

    def test_who_left_the_desk_or_has_no_address_gets_none_and_the_others_theirs(self, settings, ada, ben, lea):
        for person in (ada, ben, lea):
            owe(person)
        User.objects.filter(pk=ada.pk).update(email="")
        User.objects.filter(pk=ben.pk).update(is_active=False)
        with mail_server(settings) as server:
            assert send_mail() == 1
        assert [mail["To"] for mail in server.mails] == [lea.email]
        assert states() == [State.DEAD, State.DEAD, State.SENT]
        assert MailDuty.objects.first().error == delivery.NOBODY


class TestAServerInTrouble:
    def test_down_at_the_start_it_gets_every_mail_once_when_it_is_back(self, settings, ada, ben):
        owe(ada, 3), owe(ben, 2)
        reach(settings, free_port())
        assert send_mail() == 0
        assert set(states()) == {State.WAITING}
        assert all("cannot be reached" in error for error in MailDuty.objects.values_list("error", flat=True))
        assert MailDuty.objects.filter(attempts__gt=0).count() == 1, "only the first tried; the others wait with it"
        assert send_mail() == 0, "no SLA due before its time"
        with mail_server(settings) as server:
            all_are_due()
            assert send_mail() == 5
        assert len({mail["Message-ID"] for mail in server.mails}) == len(server.mails) == 5

    def test_one_that_never_answers_is_given_up_for_now_after_the_time_limit(self, settings, ada):
        owe(ada)
        with mail_server(settings, "silent", timeout=0.3):
            assert send_mail() == 0
        duty = MailDuty.objects.get()
        assert (duty.state, duty.doubts) == (State.WAITING, 0)
        assert "cannot be reached" in duty.error

    def test_nor_does_one_keep_a_worker_that_says_one_word_after_the_other(self, settings, ada):
        owe(ada)
        began = time.monotonic()
        with mail_server(settings, "slow", timeout=0.3):
            assert send_mail() == 0
        assert time.monotonic() - began < WORDS * BETWEEN_SECONDS / 2
        assert MailDuty.objects.get().state == State.WAITING

    def test_a_line_that_breaks_after_the_mail_leaves_doubt_and_the_same_message_id(self, settings, ada, ben):
        owe(ada), owe(ben)
        with mail_server(settings, "drop") as server:
            assert send_mail() == 0
            duty, other = MailDuty.objects.order_by("pk")
            assert (duty.state, duty.doubts, other.state, other.attempts) == (State.UNCERTAIN, 1, State.WAITING, 0)
            server.mood = "take"
            all_are_due()
            assert send_mail() == 2
        first, *_ = ids = [mail["Message-ID"] for mail in server.mails]
        assert ids.count(first) == 2
        duty.refresh_from_db()
        assert (duty.state, duty.doubts) == (State.SENT, 1), "the doubt stays visible"

    def test_a_busy_one_is_tried_later_and_later(self, settings, ada):
        owe(ada)
        waits = []
        with mail_server(settings, "busy"):
            for _ in range(4):
                all_are_due()
                send_mail()
                waits.append((MailDuty.objects.get().next_try_at - now()).total_seconds())
        assert waits == sorted(waits)
        assert 20 < waits[0] < 40
        assert "451 greylisted" in MailDuty.objects.get().error

    def test_after_three_days_it_is_given_up_and_an_admin_tries_again(self, settings, ada, ira):
        owe(ada)
        MailDuty.objects.update(give_up_at=now() - timedelta(seconds=1))
        with mail_server(settings, "busy") as server:
            send_mail()
            assert states() == [State.DEAD]
            server.mood = "take"
            assert send_mail() == 0
            outbox.try_again(mail=MailDuty.objects.get().pk, by=ira)
            assert send_mail() == 1
        with refused("not_waiting", Conflict, match="sent"):
            outbox.try_again(mail=MailDuty.objects.get().pk, by=ira)

    def test_an_address_that_it_refuses_for_good_is_not_tried_again(self, settings, ada):
        owe(ada)
        with mail_server(settings, "no_such"):
            send_mail()
        duty = MailDuty.objects.get()
        assert (duty.state, duty.error) == (State.DEAD, "The mail server rejected this address: 550 no such user")

    @pytest.mark.parametrize("attempts", [1, 2, 7, 500, 10**6])
    def test_the_wait_has_a_bound(self, attempts):
        assert timedelta(seconds=20) < delivery.wait_after(attempts) <= timedelta(seconds=4500)
        assert delivery.wait_after(attempts, away=True) <= timedelta(seconds=375)


class TestTwoWorkers:
    def test_a_mail_in_somebodys_hand_is_nobody_elses(self, settings, ada):
        owe(ada, 2)
        claimed = delivery._claim()
        with mail_server(settings) as server:
            assert send_mail() == 0, "one run at a time: a slow server holds one worker"
            assert not server.taken
        assert MailDuty.objects.get(pk=claimed.pk).state == State.SENDING

    def test_who_dies_between_mail_and_state_leaves_a_doubt_that_goes_again(self, settings, ada):
        owe(ada)
        claimed = delivery._claim()
        MailDuty.objects.filter(pk=claimed.pk).update(next_try_at=now() - timedelta(seconds=1))
        with mail_server(settings) as server:
            assert send_mail() == 1
        duty = MailDuty.objects.get()
        assert (duty.state, duty.doubts, duty.attempts) == (State.SENT, 1, 2)
        assert server.mails[0]["Message-ID"] == rendering.message_id(claimed)

    def test_a_late_answer_does_not_settle_the_claim_of_another(self, ada):
        owe(ada)
        late = delivery._claim()
        MailDuty.objects.update(next_try_at=now() - timedelta(seconds=1))
        delivery._mark_abandoned_uncertain(now())
        delivery._claim()
        delivery._settle(late, delivery.DeliveryOutcome("later", "too late"))
        assert (MailDuty.objects.get().state, MailDuty.objects.get().error) == (State.SENDING, delivery.ENDED)


class TestTheClockIsSetBack:
    def test_no_mail_waits_longer_than_it_ever_could_have(self, settings, ada):
        owe(ada)
        MailDuty.objects.update(next_try_at=now() + timedelta(hours=5))
        with mail_server(settings):
            assert send_mail() == 1

    def test_a_claim_of_the_future_holds_nobody_up(self, settings, ada):
        owe(ada)
        delivery._claim()
        MailDuty.objects.update(next_try_at=now() + timedelta(hours=1))
        with mail_server(settings):
            assert send_mail() == 1
