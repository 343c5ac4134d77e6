"""The list of orders, an order's page, and acting on it, with and without JavaScript."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from support_management.core.time import now
from support_management.models import HeldMessage, Order, SupportOrderManagement
from support_management.orders.listing import OrderFilter, filter_of
from tests.cast import person, south
from tests.factories import hold, make_dispute, make_order, make_ticket
from tests.pages.builders import Person, heard

pytestmark = pytest.mark.django_db


def listed(page) -> list[str]:
    return [row["data-number"] for row in page.by_id("orders-list").elements]


class TestList:
    def test_each_filter_narrows_it(self, ada, lea):
        cara = person("cara", "client", "Cara Client")
        late = make_order(deadline=now() - timedelta(hours=1), reference="A-1", paid_amount=0)
        soon = make_order(deadline=now() + timedelta(hours=2), reference="A-2", amount="80.00", paid_amount=0)
        paid = make_order(payment_status="paid", status="completed", reference="B-3", client=cara)
        far = make_order(website=south(), reference="B-4", writer=None, client=cara, paid_amount=0)
        every = [far.reference, paid.reference, soon.reference, late.reference]
        browser = Person(lea)
        assert listed(browser.page("/orders/")) == every
        assert listed(Person(ada).page("/orders/")) == every[1:]
        for query, expected in (
            ({"reference": "a-"}, ["A-2", "A-1"]),
            ({"client": "cara"}, ["B-4", "B-3"]),
            ({"writer": "wim"}, ["B-3", "A-2", "A-1"]),
            ({"least": "50", "most": "100.00"}, ["A-2"]),
            ({"status": "completed"}, ["B-3"]),
            ({"payment": "paid"}, ["B-3"]),
            ({"website": south().pk}, ["B-4"]),
            ({"deadline": "overdue"}, ["A-1"]),
            ({"deadline": "day"}, ["A-2"]),
            ({"deadline": "none", "client": "cara"}, ["B-4", "B-3"]),
            ({"status": "no such status"}, every),
        ):
            assert listed(browser.page("/orders/", **query)) == expected, query

    def test_it_is_paged_by_its_last_row(self, lea, django_assert_max_num_queries):
        orders = [make_order() for _ in range(53)]
        browser = Person(lea)
        page = browser.page("/orders/", status="in_progress")
        assert len(listed(page)) == 50
        [more] = page.with_("data-list-more")
        rest = browser.page(more["href"])
        assert listed(rest) == [order.reference for order in reversed(orders[:3])]
        rows = browser.get(more["data-rest"], after=page.by_id("orders-list").elements[-1]["data-order"])
        assert rows.text.count("<tr") == 3
        with django_assert_max_num_queries(12):
            browser.get("/orders/")

    @pytest.mark.parametrize("text", ["a&b=c", "50% off/now", "ä ß", "x" * 40])
    def test_the_short_form_of_a_filter_is_read_back(self, lea, text):
        narrow = OrderFilter(reference=text, status="on_hold")
        assert filter_of(narrow.word) == narrow
        order = make_order(reference=text, status="on_hold")
        page = Person(lea).page(f"/orders/?{urlencode({'reference': text, 'status': 'on_hold'})}")
        assert listed(page) == [order.reference]
        [more] = page.with_("data-list-more")
        assert Person(lea).get(more["data-rest"]).text.count("<tr") == 1

    @pytest.mark.parametrize(
        "word", ["", "status=gone", "reference=", "x=1", "status=on_hold&status=paused", "least=-1"]
    )
    def test_no_other_short_form_is_taken(self, word):
        assert filter_of(word) is None


class TestPage:
    def test_it_shows_order_work_and_every_action_with_its_reason(self, ada, cleo):
        order = make_order(deadline=now() - timedelta(hours=3), amount="120.00")
        ticket = make_ticket(order=order, subject="Where is it?")
        dispute = make_dispute(order=order, assignee=ada)
        page = Person(ada).page(order.get_absolute_url())
        for text in (order.reference, order.title, "€120.00", ticket.number, dispute.number, str(cleo), "overdue"):
            assert text in page.text, text
        actions = page.by_id(f"order-{order.pk}-actions")
        assert "This order has an open dispute." in actions.text
        assert "act=close_dispute_client" in str([link["href"] for link in actions.with_("href")])

    def test_the_timeline_says_what_was_done_by_whom_and_from_where(self, ada):
        order = hold(make_order(), by=ada)
        Order.objects.filter(pk=order.pk).update(title="Another title")
        page = Person(ada).page(order.get_absolute_url())
        told = page.by_id(f"order-{order.pk}-timeline").text
        for text in ("Put on hold", "Ada Agent", "Waiting for the brief", "In progress → On hold", "Desk", "Import"):
            assert text in told, (text, told)

    def test_its_number_leads_there(self, ada):
        dispute = make_dispute(assignee=ada)
        ticket = make_ticket(order=dispute.order, assignee=ada)
        address = dispute.order.get_absolute_url()
        for path in ("/disputes/", ticket.get_absolute_url()):
            assert f'href="{address}"' in Person(ada).get(path).text


class TestActing:
    def test_the_script_is_told_how_to_undo_and_undoes(self, ada):
        order, browser = make_order(), Person(ada)
        answer = browser.post(f"/orders/{order.pk}/hold/", reason="The bank", message="Wait.", version=order.version)
        said = heard(answer)
        assert said["text"] == f"{order.reference} is on hold."
        assert said["undo"] == {
            "ids": [SupportOrderManagement.objects.get().pk],
            "seconds": 10,
            "address": "/orders/undo/",
        }
        assert heard(browser.post("/orders/undo/", id=said["undo"]["ids"][0]))["text"] == "Undone."
        assert (Order.objects.get().status, HeldMessage.objects.get().state) == ("in_progress", "withdrawn")

    def test_without_a_script_the_dialog_is_a_page_and_undo_a_button(self, ada):
        order, browser = make_order(), Person(ada, scripted=False)
        opened = browser.page(order.get_absolute_url(), act="hold").by_id("order-hold")
        assert "open" in opened
        answer = browser.post(f"/orders/{order.pk}/hold/", reason="The bank", version=order.version)
        [made] = SupportOrderManagement.objects.all()
        assert answer.headers["Location"] == f"{order.get_absolute_url()}?done={made.pk}"
        assert [
            field["value"]
            for field in browser.page(answer.headers["Location"]).with_("value")
            if field.get("name") == "id"
        ] == [str(made.pk)]
        assert browser.post("/orders/undo/", id=made.pk).headers["Location"] == order.get_absolute_url()
        assert Order.objects.get().status == "in_progress"

    def test_a_refusal_keeps_what_was_typed(self, ada):
        order, browser = make_order(status="completed"), Person(ada, scripted=False)
        answer = browser.post(f"/orders/{order.pk}/hold/", reason="The bank", note="Typed note")
        assert answer.status_code == 409
        assert "Not possible while the order is completed" in answer.text
        assert "Typed note" in answer.text

    def test_who_was_first_is_named(self, ada, lea):
        order = make_order()
        hold(order, by=lea)
        answer = Person(ada).post(f"/orders/{order.pk}/cancel/", reason="Gone", version=order.version)
        assert "Lea Lead changed the status" in heard(answer, "refused")["text"]
