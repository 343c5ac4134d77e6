"""What a mail says: times on its reader's clock, and no words of messages and notes."""

import pytest

from support_management.core.kept_timestamps import written
from support_management.events.catalogue import TicketAssigned
from support_management.models import MailDuty, NoticePreference, SupportNotification
from support_management.notifications import notify
from support_management.notifications.email import outbox, rendering
from support_management.notifications.email.outbox import OutgoingMail
from support_management.routing.transfer import handoff_note
from support_management.tickets import conversation
from tests.analytics.builders import at
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


def bodies(duty: MailDuty) -> tuple[str, str, str]:
    mail = rendering.message(duty, "ada@desk.example")
    return mail.subject, mail.body, mail.alternatives[0].content


@pytest.fixture
def berlin(ada):
    ada.time_zone = "Europe/Berlin"
    ada.save()
    return ada


def test_times_are_on_the_clock_of_the_reader_which_is_named(berlin):
    moment = at("2026-11-28 23:45")
    subject = f"T-1: reassigned: away since {written(moment)}"
    outbox.enqueue([OutgoingMail(kind="assigned", subject=subject, person_id=berlin.pk)])
    for text in bodies(MailDuty.objects.get()):
        assert "29 Nov 2026 00:45 Europe/Berlin" in text
        assert "UTC" not in text


def test_of_a_digest_too(berlin):
    words = f"away since {written(at('2026-07-01 12:00'))}"
    outbox.enqueue(OutgoingMail(kind="assigned", subject=f"T-{n}: {words}", person_id=berlin.pk) for n in range(6))
    _, *texts = bodies(MailDuty.objects.get())
    for text in texts:
        assert text.count("1 Jul 2026 14:00 Europe/Berlin") == 6


def test_outside_the_team_on_the_clock_of_the_reports(settings, db):
    settings.TIME_ZONE = "Asia/Tokyo"
    subject = f"T-1: late since {written(at('2026-07-01 12:00'))}"
    outbox.enqueue([OutgoingMail(kind="rule", subject=subject, address="boss@elsewhere.example")])
    assert bodies(MailDuty.objects.get())[0] == "T-1: late since 1 Jul 2026 21:00 Asia/Tokyo"


@pytest.mark.parametrize("write", [conversation.note, conversation.reply])
def test_no_words_of_the_conversation_leave_by_mail(ada, ben, lea, write):
    NoticePreference.objects.create(person=ben, kind="assigned", bell=True, mail=True)
    ticket = make_ticket(assignee=ada)
    write(ticket=ticket.pk, by=lea, body="The refund password is swordfish.")
    note = handoff_note.note(ticket)
    assert "swordfish" in note
    facts = {"agent_id": ben.pk, "previous_id": ada.pk, "by_id": lea.pk, "reason": "Ada is away"}
    notify.owner_changed(TicketAssigned(ticket_id=ticket.pk, note=note, **facts))
    assert "swordfish" in SupportNotification.objects.get(recipient=ben, kind="assigned").text
    duty = MailDuty.objects.get(person=ben)
    assert "swordfish" not in str([duty.subject, duty.facts])
    for text in bodies(duty):
        assert "swordfish" not in text
        assert "assigned to you: Ada is away" in text
