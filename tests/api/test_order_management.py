"""Actions on orders through the API."""

import pytest

from support_management.models import HeldMessage, Order, SupportOrderManagement
from tests.api.program import problem
from tests.factories import hold, make_order

pytestmark = pytest.mark.django_db


class TestActing:
    def test_one_key_acts_once(self, api, ada):
        order, program = make_order(), api(ada)
        body = {"order": order.pk, "action": "hold", "reason": "The bank", "until": "2090-01-01T12:00:00Z"}
        first, again = (program.post("order-management/", key="k-1", **body) for _ in range(2))
        assert (first.status_code, again.json()) == (201, first.json())
        assert SupportOrderManagement.objects.count() == 1
        assert first.json()["after"]["held_until"] == "2090-01-01T12:00:00+00:00"
        assert api(ada).get(f"orders/{order.pk}/").json()["held_until"] == "2090-01-01T12:00:00.000000Z"

    def test_an_old_version_is_told_what_is_there_now(self, api, ada, lea):
        order = make_order()
        hold(order, by=lea)
        for answer in (
            api(ada).post(f"orders/{order.pk}/cancel/", reason="Gone", version=order.version),
            api(ada).post("order-management/", order=order.pk, action="cancel", reason="Gone", version=order.version),
        ):
            assert problem(answer, 409, "stale")["current"]["status"] == "on_hold"

    def test_what_is_missing_is_named(self, api, ada):
        order = make_order()
        assert "reason" in problem(api(ada).post(f"orders/{order.pk}/cancel/"), 400, "invalid")["errors"]
        facts = problem(api(ada).post(f"orders/{order.pk}/move_deadline/", reason="More"), 400, "invalid")
        assert "deadline" in facts["errors"]
        bare = {"order": order.pk, "action": "move_deadline", "reason": "More"}
        assert "deadline" in problem(api(ada).post("order-management/", **bare), 400, "required")["errors"]

    def test_it_is_undone_and_nobody_was_told(self, api, ada):
        order = make_order()
        made = api(ada).post(f"orders/{order.pk}/hold/", reason="The bank", message="Please wait.").json()
        assert [message["state"] for message in made["messages"]] == ["waiting"]
        undone = api(ada).post(f"order-management/{made['id']}/undo/").json()
        assert (undone["state"], undone["order_status"]) == ("undone", "in_progress")
        assert HeldMessage.objects.get().state == "withdrawn"
        problem(api(ada).post(f"order-management/{made['id']}/undo/"), 409, "touched")
        assert Order.objects.get().status == "in_progress"


def test_the_list_costs_the_same_however_long(api, ada, django_assert_max_num_queries):
    program = api(ada)
    for _ in range(6):
        hold(make_order(), by=ada)
    with django_assert_max_num_queries(4):
        assert len(program.get("order-management/").json()["results"]) == 6
