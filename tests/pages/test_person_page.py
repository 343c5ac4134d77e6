"""A person's page, and the links that lead there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.factories import make_dispute, make_order, make_ticket, make_tickets
from tests.html import parse


@pytest.fixture
def page_of(client):
    def visit(person, user):
        client.force_login(user)
        return parse(client.get(f"/people/{person.pk}/").text)

    return visit


def test_who_it_is_with_tickets_orders_and_disputes(page_of, lea, cleo):
    ticket, dispute = make_ticket(status="closed"), make_dispute()
    page = page_of(cleo, lea)
    text = page.by_id("main").text
    assert "Cleo Client" in text
    assert cleo.email in text
    assert ticket.subject in page.by_id(f"tickets-ticket-{ticket.pk}").text
    assert dispute.order.reference in page.by_id(f"person-order-{dispute.order_id}").text
    assert dispute.number in page.by_id(f"person-dispute-{dispute.pk}").text
    assert f"/tickets/?requester={cleo.pk}" in [node.get("href") for node in page.walk()]


def test_a_writer_has_the_orders_that_they_write(page_of, lea, wim):
    order = make_order()
    assert "Writer" in page_of(wim, lea).by_id(f"person-order-{order.pk}").text


def test_agents_see_what_they_may_see_of_it(page_of, ada, ben, zoe, cleo):
    dispute, ticket = make_dispute(assignee=ada), make_ticket(assignee=ada)
    far = make_ticket(order=make_order(website=cast.south()))
    for agent, tickets, disputes in ((ada, [ticket], [dispute]), (ben, [ticket], []), (zoe, [far], [])):
        ids = {node.get("id") for node in page_of(cleo, agent).walk()}
        assert {name for name in ids if name.startswith("tickets-")} == {f"tickets-ticket-{row.pk}" for row in tickets}
        assert {name for name in ids if name.startswith("person-dispute-")} == {
            f"person-dispute-{row.pk}" for row in disputes
        }


def test_the_newest_of_many(page_of, lea, cleo, monkeypatch):
    monkeypatch.setattr("console.views.people.SHOWN", 2)
    tickets = make_tickets(3)
    page = page_of(cleo, lea)
    assert page.by_id(f"tickets-ticket-{tickets[0].pk}") is None
    assert page.by_id("person-tickets").text == "Tickets the newest 2"


def test_who_is_not_known_does_not_exist(client, zoe, cleo, ira):
    client.force_login(zoe)
    for pk in (cleo.pk, ira.pk, 10**6, 10**30):
        assert client.get(f"/people/{pk}/").status_code == 404


def test_names_lead_there(client, lea, cleo, wim):
    ticket = make_ticket(order=make_order())
    make_dispute(order=ticket.order)
    client.force_login(lea)
    for address in (f"/tickets/{ticket.number}/", "/disputes/", "/tickets/"):
        links = {node.get("href") for node in parse(client.get(address).text).walk()}
        assert f"/people/{cleo.pk}/" in links
        assert address == "/tickets/" or f"/people/{wim.pk}/" in links


def test_it_costs_the_same_with_more_work(client, lea, cleo, django_assert_max_num_queries):
    client.force_login(lea)
    make_ticket(order=make_dispute().order)
    with CaptureQueriesContext(connection) as few:
        client.get(f"/people/{cleo.pk}/")
    for _ in range(3):
        make_ticket(order=make_dispute().order)
    with django_assert_max_num_queries(len(few)):
        client.get(f"/people/{cleo.pk}/")
