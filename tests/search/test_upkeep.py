"""The index follows every change in its own transaction: capabilities, raw writes, names, deletion."""

import pytest
from django.db import transaction
from django.db.models import QuerySet

from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.people import lookup
from support_management.people.models import SupportProfile, User
from support_management.search import repair
from support_management.tickets import conversation
from support_management.tickets.models import Ticket, TicketMessage
from tests.factories import make_dispute, make_order, make_ticket
from tests.past import erase_history
from tests.search.test_find import found

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def is_right():
    """Whatever a test does, the index has the words of the rows afterwards."""
    yield
    assert list(repair.differences()) == []


def test_capabilities(ada, cleo):
    ticket = make_ticket(assignee=ada, order=make_order(), status="resolved")
    conversation.reply(ticket=ticket.pk, by=cleo, body="Not yet!")
    make_dispute()
    closed = make_ticket(status="closed")
    conversation.reply(ticket=closed.pk, by=cleo, body="One more thing")
    with transaction.atomic():
        person = lookup.requester(who="new@shop.example", by=ada)
    make_ticket(requester=person)


RAW = {
    "a subject": lambda: Ticket.objects.update(subject="Another zebra"),
    "a subject of one": lambda: _saved(Ticket.objects.first(), subject="A zebra"),
    "a website": lambda: Ticket.objects.update(website=None),
    "a customer": lambda: Ticket.objects.update(requester_id=User.objects.get(username="wim").pk),
    "a message": lambda: TicketMessage.objects.create(ticket=Ticket.objects.first(), kind="note", body="A zebra"),
    "messages": lambda: TicketMessage.objects.bulk_create(
        [TicketMessage(ticket=Ticket.objects.first(), kind=kind, body="A zebra") for kind in ("note", "system")]
    ),
    "a title": lambda: Order.objects.update(title="A zebra"),
    "a reference": lambda: _saved(Order.objects.first(), reference="Z-1"),
    "a writer": lambda: Order.objects.update(writer=None),
    "a reason": lambda: Dispute.objects.update(reason="quality"),
    "a name": lambda: _saved(User.objects.get(username="cleo"), name="Zoltan Zebra"),
    "names": lambda: User.objects.filter(username__in=["cleo", "wim"]).update(name="Zoltan Zebra"),
    "an address": lambda: User.objects.filter(username="cleo").update(email="zebra@zoo.example"),
    "a registration id": lambda: SupportProfile.objects.update(registration_id="SUP-99999"),
    "a person": lambda: User.objects.create_user("zed", "zed@zoo.example", role="client", name="Zed"),
    "people": lambda: User.objects.bulk_create([User(username="zed", name="Zed"), User(username="zad", name="Zad")]),
    "nothing that is searched": lambda: Ticket.objects.update(priority=1),
}


@pytest.mark.parametrize("many", [500, 0], ids=["each row", "all rows at once"])
def test_raw_writes(many, ada, monkeypatch):
    monkeypatch.setattr("support_management.events.live_models.MANY", many)
    ticket = make_ticket(assignee=ada)
    make_ticket(order=make_dispute().order)
    conversation.note(ticket=ticket.pk, by=ada, body="Look at this")
    for what, write in RAW.items():
        with transaction.atomic():
            write()
            assert list(repair.differences()) == [], what
            transaction.set_rollback(True)


def test_a_ticket_of_a_new_customer_is_found_by_the_new_name(lea, cleo):
    ticket = make_ticket(body="Charged twice")
    assert found(lea, "zoltan twice") == []
    _saved(cleo, name="Zoltan Zebra")
    assert found(lea, "zoltan twice") == [ticket.number]
    assert found(lea, "cleo twice") == []


def test_deleted_rows_are_gone(lea):
    erase_history(make_ticket(subject="Parcel"))
    Ticket.objects.all().delete()
    order = make_order()
    Order.objects.filter(pk=order.pk).delete()
    SupportProfile.objects.filter(user=lea).delete()
    person = User.objects.create_user("zed", role="client", name="Zed")
    person.delete()
    assert found(lea, "parcel") == found(lea, "zed", "person") == []


def test_what_is_rolled_back_is_not_found(lea):
    with transaction.atomic():
        make_ticket(subject="Parcel")
        assert len(found(lea, "parcel")) == 1
        transaction.set_rollback(True)
    assert found(lea, "parcel") == []


def test_a_write_of_other_fields_asks_the_index_nothing(ada, django_assert_num_queries, monkeypatch):
    make_ticket(assignee=ada)
    asked = []
    monkeypatch.setattr(repair, "settle", lambda *_: asked.append(1))
    Ticket.objects.update(priority=2)
    QuerySet.update(Ticket.objects.all(), units=1)
    ada.save(update_fields=["density", "time_zone"])
    assert asked == []


def _saved(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
