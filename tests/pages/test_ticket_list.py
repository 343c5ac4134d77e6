"""`/tickets/`: all that one may read, filtered, sorted, page by page, and kept in the address."""

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from support_management.core.time import now
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import filters
from support_management.tickets.models import Ticket
from tests import cast
from tests.factories import make_order, make_ticket, make_tickets
from tests.html import parse


@pytest.fixture
def listed(client):
    """Numbers of the tickets on the page, in order."""

    def visit(user, query: str = "") -> list[str]:
        client.force_login(user)
        answer = client.get(f"/tickets/{query}")
        assert answer.status_code == 200
        rows = [node for node in parse(answer.text).walk() if node.get("id").startswith("tickets-ticket-")]
        return [row.elements[0].text for row in rows]

    return visit


def test_closed_ones_too_the_newest_first(listed, lea):
    tickets = [make_ticket(), make_ticket(status="closed"), make_ticket(status="resolved")]
    assert listed(lea) == [ticket.number for ticket in tickets[::-1]]


def test_agents_see_what_they_may_read(listed, ada, ben, zoe):
    hers = make_ticket(assignee=ada, status="closed")
    everywhere = make_ticket(website_id=None)
    assert listed(ben) == [everywhere.number, hers.number]
    assert listed(zoe) == [everywhere.number]


EACH = (
    "status=open",
    "status=open_all",
    "queue=payment",
    "assignee={lea}",
    "requester={wim}",
    "requester=wim@desk.example",
    "requester=wim",
    "tag=vip",
    "tag=VIP",
    "website={south}",
    "priority=2",
    "updated=week",
    "breached=yes",
    "order={order}",
    "status=open_all&tag=vip&breached=yes",
)
OTHERS = ("status=closed", "status=done_all", "assignee=nobody", "breached=no")
IGNORED = (
    "status=odd",
    "queue=odd",
    "assignee=x",
    "website=x",
    "priority=9",
    "updated=x",
    "sort=x",
    "after=x",
    "order=x",
)
IGNORED += ("order=99999999999999999999", "breached=x", "queue=%00", "tag=%00", "website=99999999999999999999999")


def test_filters(listed, lea, wim, client):
    """The second ticket meets each filter, the first none of them."""
    first = make_ticket(status="closed")
    order = make_order(website=cast.south(), client=wim)
    facts = {"type": "payment", "priority": "high", "tags": ["Vip"]}
    second = make_ticket(assignee=lea, requester=wim, order=order, status="open", **facts)
    for ticket, at in ((first, None), (second, now())):
        QuerySet.update(OrderDisputeSLA.objects.filter(ticket=ticket), breached_at=at)
    QuerySet.update(Ticket.objects.filter(pk=first.pk), updated_at=now().replace(year=2020))
    keys = {"lea": lea.pk, "wim": wim.pk, "south": cast.south().pk, "order": order.pk}
    found = {query: listed(lea, f"?{query.format(**keys)}") for query in (*EACH, *OTHERS, *IGNORED)}
    assert {query: found[query] for query in EACH} == {query: [second.number] for query in EACH}
    assert {query: found[query] for query in OTHERS} == {query: [first.number] for query in OTHERS}
    assert {query: len(found[query]) for query in IGNORED} == dict.fromkeys(IGNORED, 2)
    assert listed(lea, "?requester=nobody@shop.example") == []
    assert "No customer with this" in client.get("/tickets/?requester=nobody@shop.example").text


class TestOrder:
    def test_every_page_of_every_order(self, client, lea, monkeypatch):
        monkeypatch.setattr(filters, "PAGE", 2)
        for priority in ("low", "urgent", "high", "normal", "low"):
            make_ticket(priority=priority)
        client.force_login(lea)
        for sort, order in filters.SORTS.items():
            expected = [row.number for row in Ticket.objects.order_by(*order.fields)]
            assert self.seen(client, sort) == expected

    @staticmethod
    def seen(client, sort) -> list[str]:
        seen, address = [], f"/tickets/?sort={sort}"
        while address:
            page = parse(client.get(address).text)
            seen += [row.elements[0].text for row in page.walk() if row.get("id").startswith("tickets-ticket-")]
            more = [node["href"] for node in page.walk() if node.tag == "a" and node.text == "More"]
            address = f"/tickets/{more[0]}" if more else ""
            assert not more or f"sort={sort}" in more[0]
        return seen

    def test_the_address_keeps_the_filters(self, client, lea, monkeypatch):
        monkeypatch.setattr(filters, "PAGE", 1)
        make_tickets(2)
        client.force_login(lea)
        page = client.get("/tickets/?status=open_all&sort=oldest&nonsense=1").text
        assert "?status=open_all&amp;sort=oldest&amp;after=" in page
        assert "nonsense" not in page.partition('id="main"')[2]


def test_it_costs_the_same_with_more_tickets(client, lea, django_assert_max_num_queries):
    client.force_login(lea)
    make_tickets(2)
    with CaptureQueriesContext(connection) as few:
        client.get("/tickets/")
    make_tickets(5)
    with django_assert_max_num_queries(len(few)):
        client.get("/tickets/")
