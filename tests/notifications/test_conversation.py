"""The owner hears what the customer and colleagues say on their ticket; own actions tell nobody themselves."""

import pytest

from support_management.core.errors import Conflict
from support_management.events.suppression import quietly
from support_management.notifications import nudge, preferences, queries, read
from support_management.notifications.models import MailDuty, SupportNotification
from support_management.notifications.notify import Notice, send
from support_management.notifications.preferences import DeliveryChannels
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket, TicketMessage
from tests.factories import make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def heard_by(person) -> list[tuple[str, str]]:
    rows = SupportNotification.objects.filter(recipient=person).exclude(kind="assigned").order_by("pk")
    return [(row.kind, row.news) for row in rows]


@pytest.mark.parametrize(
    ("status", "news"),
    [
        (None, ("replied", "Customer replied")),
        ("pending", ("replied", "Customer replied")),
        ("on_hold", ("replied", "Customer replied")),
        ("resolved", ("reopened", "Reopened by Cleo Client")),
    ],
)
def test_ada_hears_once_that_the_customer_answered(ada, ben, lea, cleo, status, news):
    row = make_ticket(assignee=ada, status=status)
    conversation.reply(ticket=row.pk, by=cleo, body="It is still not here.")
    assert heard_by(ada) == [news]
    assert heard_by(ben) == heard_by(lea) == heard_by(cleo) == []
    states = queries.bell_states([ada.pk, ben.pk])
    assert (states[ada.pk].marked, states[ben.pk].marked) == ((row.pk,), ())


def test_ada_hears_of_what_colleagues_do_without_the_text_of_the_note(ada, ben, lea):
    row = make_ticket(assignee=ada)
    ownership.assign(ticket=row.pk, to=ben, by=lea)
    ownership.assign(ticket=row.pk, to=ada, by=lea)
    SupportNotification.objects.all().delete()
    conversation.note(ticket=row.pk, by=ben, body="Their card is 4111.")
    triage.set_status(ticket=row.pk, status="resolved", by=ada)
    triage.set_status(ticket=row.pk, status="open", by=lea)
    assert heard_by(ada) == [("noted", "Internal note by Ben Agent"), ("reopened", "Reopened by Lea Lead")]


def test_what_is_written_past_the_rules_is_heard_as_well(ada, ben, cleo):
    row = make_ticket(assignee=ada)
    TicketMessage.objects.create(ticket=row, kind="requester", author=cleo, body="From an import")
    TicketMessage.objects.create(ticket=row, kind="note", author=ben, body="From a shell")
    TicketMessage.objects.create(ticket=row, kind="note", author=ada, body="Her own")
    assert [kind for kind, _ in heard_by(ada)] == ["replied", "noted"]
    Ticket.objects.filter(pk=row.pk).update(assignee=ben)
    assert heard_by(ada)[-1] == ("taken_away", "Reassigned")
    assert SupportNotification.objects.filter(recipient=ben, kind="assigned").count() == 1


class TestOwnActions:
    def test_tell_nobody_themselves(self, ada, lea, cleo):
        row = make_ticket(assignee=ada)
        SupportNotification.objects.all().delete()
        conversation.note(ticket=row.pk, by=ada, body="Mine")
        triage.set_status(ticket=row.pk, status="resolved", by=ada)
        triage.set_status(ticket=row.pk, status="open", by=ada)
        ownership.release(ticket=row.pk, by=ada)
        ownership.claim(ticket=row.pk, by=ada)
        assert not SupportNotification.objects.filter(recipient=ada).exists()

    def test_an_agent_who_is_the_customer_hears_nothing_of_their_own_words(self, ada):
        row = make_ticket(requester=ada, assignee=ada)
        conversation.reply(ticket=row.pk, by=ada, body="Answered myself")
        assert heard_by(ada) == []

    def test_the_one_place_that_sends_leaves_the_actor_out(self, ada, ben):
        send([Notice(recipient_id=one.pk, actor_id=ada.pk, kind="noted", text="x") for one in (ada, ben)])
        assert [row.recipient for row in SupportNotification.objects.all()] == [ben]

    def test_a_lead_cannot_ask_herself_to_look(self, lea):
        with refused("own", Conflict):
            nudge.ask_owner(kind="ticket", pk=make_ticket(assignee=lea).pk, by=lea)


class TestChannels:
    @pytest.mark.parametrize(("bell", "mail"), [(True, True), (False, True), (False, False)])
    def test_bell_and_mail_are_her_choice(self, ada, cleo, bell, mail):
        preferences.choose(by=ada, choices={"replied": DeliveryChannels(bell=bell, mail=mail)})
        row = make_ticket(assignee=ada)
        conversation.reply(ticket=row.pk, by=cleo, body="Any news?")
        assert queries.bell_states([ada.pk])[ada.pk].marked == ((row.pk,) if bell else ())
        assert MailDuty.objects.filter(kind="replied").count() == mail


class TestOpening:
    def test_the_open_ticket_is_read_and_no_other(self, ada, cleo):
        first, second = make_ticket(assignee=ada), make_ticket(assignee=ada)
        for row in (first, second):
            conversation.reply(ticket=row.pk, by=cleo, body="Any news?")
        assert read.mark_about_as_read(kind="ticket", pk=first.pk, by=ada) == 2, "the assignment and the answer"
        assert queries.bell_states([ada.pk])[ada.pk].marked == (second.pk,)
        with quietly():
            assert read.mark_about_as_read(kind="ticket", pk=first.pk, by=ada) == 0
