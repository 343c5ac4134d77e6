"""Orders through the API."""

from tests.api.program import problem
from tests.cast import person, south
from tests.factories import make_order


class TestOrders:
    def test_parties_get_their_own_and_the_desk_its_websites(self, api, cleo, wim, ada, zoe, lea):
        here = make_order()
        there = make_order(website=south(), client=person("pat", "client"), writer=None)
        seen = {
            user.username: {row["id"] for row in api(user).get("orders/").json()["results"]}
            for user in (cleo, wim, ada, zoe, lea)
        }
        assert seen == {
            "cleo": {here.pk},
            "wim": {here.pk},
            "ada": {here.pk},
            "zoe": {there.pk},
            "lea": {here.pk, there.pk},
        }
        problem(api(cleo).get(f"orders/{there.pk}/"), 404, "not_found")

    def test_what_the_desk_thinks_of_it_is_for_the_desk(self, api, cleo, ada):
        order = make_order(price_change_pending=True)
        assert "price_change_pending" not in api(cleo).get(f"orders/{order.pk}/").json()
        assert api(ada).get(f"orders/{order.pk}/").json()["price_change_pending"] is True

    def test_ada_moves_one(self, api, ada):
        order = make_order(amount="120.50")
        moved = api(ada).post(f"orders/{order.pk}/status/", status="submitted", version=order.version)
        assert moved.status_code == 200, moved.content
        assert (moved.json()["status"], moved.json()["amount"]) == ("submitted", "120.50")
        assert (
            problem(
                api(ada).post(f"orders/{order.pk}/status/", status="in_revision", version=order.version), 409, "stale"
            )["current"]["status"]
            == "submitted"
        )

    def test_an_illegal_move_says_why(self, api, ada):
        order = make_order(status="refunded")
        facts = problem(api(ada).post(f"orders/{order.pk}/status/", status="in_progress"), 409, "illegal_move")
        assert facts["current"]["status"] == "refunded"

    def test_what_needs_a_reason_names_its_way(self, api, ada):
        order = make_order()
        facts = problem(api(ada).post(f"orders/{order.pk}/status/", status="on_hold"), 409, "needs_reason")
        assert facts["way"] == f"orders/{order.pk}/hold/"
        assert api(ada).post(facts["way"], reason="Waiting for the brief").status_code == 200

    def test_its_parties_do_not_move_it(self, api, cleo, wim):
        order = make_order()
        for user in (cleo, wim):
            problem(api(user).post(f"orders/{order.pk}/status/", status="on_hold"), 403, "desk_only")

    def test_the_list_costs_the_same_however_long(self, api, ada, django_assert_max_num_queries):
        program = api(ada)
        for _ in range(12):
            make_order()
        with django_assert_max_num_queries(3):
            assert len(program.get("orders/").json()["results"]) == 12
