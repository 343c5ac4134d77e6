"""What is found, in which order, and by whom: the same on both databases."""

import pytest
from django.db import connection

from support_management.people.roles import Role
from support_management.people.viewer import viewer_of
from support_management.search.find import search
from support_management.tickets import conversation
from support_management.tickets.models import Ticket
from tests import cast
from tests.factories import make_dispute, make_order, make_ticket, make_tickets


def found(viewer, text, kind="ticket", **options) -> list[str]:
    """Numbers of what is found of a kind, in order."""
    groups = {group.kind.name: group for group in search(viewer_of(viewer), text, **options).groups}
    return [result.number for result in groups[kind].results] if kind in groups else []


class TestWhatIsFound:
    def test_a_ticket_by_number_subject_text_name_and_address(self, lea, cleo):
        ticket = make_ticket(subject="Où est ma commande?", body="Charged twice for the river guide.")
        asked = [ticket.number, ticket.number.lower(), "commande", "OU EST", "charged guide", "Cleo", cleo.email]
        asked += ["cleo twice", "clien", "command charg"]
        assert {text: found(lea, text) for text in asked} == {text: [ticket.number] for text in asked}
        assert found(lea, "commande nowhere") == []
        assert found(lea, "harged") == []

    def test_replies_and_notes_are_searched_and_events_are_not(self, lea, ada):
        ticket = make_ticket(assignee=ada)
        conversation.reply(ticket=ticket.pk, by=ada, body="We have sent a voucher.")
        conversation.note(ticket=ticket.pk, by=ada, body="Looks like chargeback fraud.")
        assert found(lea, "voucher") == found(lea, "fraud") == [ticket.number]
        assert found(lea, "assigned") == []

    def test_an_order_by_reference_title_and_party(self, lea, cleo, wim):
        order = make_order(reference="N-00042", title="A guide to rivers")
        for text in ("N-00042", "n00042", "00042", "rivers guide", "Cleo", "wim", wim.email):
            assert found(lea, text, "order") == [order.reference]

    def test_a_dispute_by_number_reason_and_order(self, lea):
        dispute = make_dispute(order=make_order(reference="N-00043", title="Of mountains"), reason="late")
        for text in (dispute.number, "late", "N-00043", "mountains"):
            assert found(lea, text, "dispute") == [dispute.number]

    def test_a_person_by_name_address_user_name_and_registration_id(self, lea, ada, cleo):
        for text in ("Cleo Client", cleo.email, "cleo"):
            assert found(lea, text, "person") == [cleo.email]
        assert found(lea, ada.support_profile.registration_id, "person") == [ada.email]


class TestOrder:
    def test_the_newest_come_first_on_every_database(self, lea):
        numbers = [ticket.number for ticket in make_tickets(4, body="About the refunding of a refund")]
        conversation.note(ticket=_pk(numbers[0]), by=lea, body="refund again")
        assert found(lea, "refund") == numbers[::-1]
        assert found(lea, "refund", limit=3) == numbers[:0:-1]

    def test_what_was_asked_for_by_its_number_comes_first(self, lea):
        order, *_ = (make_order(reference=reference) for reference in ("N-12", "N-120", "N-123"))
        assert found(lea, "N-12", "order") == ["N-12", "N-123", "N-120"]
        result = search(viewer_of(lea), "N-12")
        assert (result.exact.number, result.exact.id) == ("N-12", order.pk)

    def test_a_bare_number_is_first_the_ticket(self, lea):
        ticket = make_ticket()
        make_ticket(body=f"See also {ticket.number}")
        assert found(lea, ticket.number[2:])[0] == ticket.number
        assert search(viewer_of(lea), ticket.number[2:]).exact.number == ticket.number

    def test_two_of_the_same_reference_are_not_the_one_that_was_asked_for(self, lea):
        make_order(reference="N-7")
        make_order(reference="N-7", website=cast.south())
        assert search(viewer_of(lea), "N-7").exact is None

    def test_more_than_are_shown_are_told(self, lea):
        make_tickets(3, subject="Parcel")
        group = search(viewer_of(lea), "parcel", limit=2).groups[0]
        assert (group.count, group.more) == (2, True)
        group = search(viewer_of(lea), "parcel", limit=3).groups[0]
        assert (group.count, group.more) == (3, False)

    def test_many_messages_of_one_ticket_hide_no_other(self, lea, ada):
        quiet, loud = make_ticket(subject="Parcel"), make_ticket(subject="Parcel", assignee=ada)
        for at in range(12):
            conversation.note(ticket=loud.pk, by=ada, body=f"Still no parcel, day {at}")
        assert found(lea, "parcel", limit=2) == [loud.number, quiet.number]


class TestWhoFinds:
    def test_agents_find_what_they_may_open(self, ada, ben, zoe):
        ticket = make_ticket(subject="Parcel", assignee=ada)
        assert found(ben, "parcel") == [ticket.number]
        assert found(zoe, "parcel") == found(zoe, ticket.number) == []

    def test_tickets_of_every_website_are_found_by_all(self, zoe):
        ticket = make_ticket(subject="Parcel", website_id=None)
        assert found(zoe, "parcel") == [ticket.number]

    def test_hidden_ones_before_it_do_not_end_the_search(self, settings, ada, ben):
        settings.AGENTS_READ_ALL = False
        mine = make_ticket(subject="Parcel", assignee=ben)
        for _ in range(15):
            make_ticket(subject="Parcel", assignee=ada)
        assert found(ben, "parcel", limit=1) == [mine.number]

    def test_orders_disputes_and_people_follow_the_websites(self, ada, zoe, cleo):
        dispute = make_dispute(order=make_order(reference="N-00050"))
        assert found(ada, "N-00050", "order") == ["N-00050"]
        assert found(ada, "N-00050", "dispute") == [dispute.number]
        assert found(ada, "cleo", "person") == [cleo.email]
        assert search(viewer_of(zoe), "N-00050").groups == search(viewer_of(zoe), "cleo").groups == []

    def test_agents_find_colleagues_and_leads_everybody(self, zoe, lea, ira, ada):
        assert found(zoe, "ada", "person") == [ada.email]
        assert found(zoe, "ira", "person") == []
        assert found(lea, "ira", "person") == [ira.email]

    @pytest.mark.parametrize("role", [Role.CLIENT, Role.WRITER, Role.EDITOR])
    def test_parties_and_editors_have_no_search(self, db, role):
        make_ticket(subject="Parcel")
        assert search(viewer_of(cast.person("pia", role)), "parcel").groups == []


@pytest.mark.parametrize(
    "text",
    ["", " ", '"', "'", "%_", "a AND", "NOT", "-refund", "a:b", "*", "refund*", "(", "NEAR(a b)", "{a}", "^a", "🙂",
     "\\", "\x00", "\ud800", "x" * 10_000, "a " * 5_000, "' OR 1=1 --", "!", "a & b | !c", "<->", "订单", "\u202e"],
)  # fmt: skip
def test_no_text_breaks_the_search(lea, text):
    make_ticket(subject="Refund")
    groups = search(viewer_of(lea), text).groups
    assert [group.kind.name for group in groups] == (["ticket"] if "refund" in text else [])


def test_words_of_another_alphabet_are_found(lea):
    ticket = make_ticket(subject="订单没有到", body="Где мой ЗАКАЗ?")
    assert found(lea, "订单") == found(lea, "заказ") == [ticket.number]


def test_a_search_costs_the_same_whatever_it_finds(lea, django_assert_num_queries):
    make_dispute()
    make_tickets(6, subject="Cleo's parcel")
    viewer = viewer_of(lea)
    most = {"sqlite": 12, "postgresql": 16}
    with django_assert_num_queries(most[connection.vendor]):
        assert len(search(viewer, "cleo").groups) == 4


def _pk(number: str) -> int:
    return Ticket.objects.get(number=number).pk
