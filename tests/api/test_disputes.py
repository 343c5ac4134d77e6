"""Disputes through the API."""

import pytest

from support_management.routing.models import ReassignmentLog
from tests.api.program import problem
from tests.factories import make_dispute, make_order


class TestOpen:
    def test_cleo_disputes_her_order(self, api, cleo):
        order = make_order()
        made = api(cleo).post("disputes/", order=order.pk, reason="late", amount_at_risk="40.50")
        assert made.status_code == 201, made.content
        dispute = made.json()
        assert (dispute["order"], dispute["status"], dispute["amount_at_risk"]) == (order.pk, "open", "40.50")
        assert dispute["raised_by"]["id"] == cleo.pk
        assert {"external_deadline", "version", "sla"}.isdisjoint(dispute)

    def test_without_an_amount_all_of_it_is_at_risk(self, api, ada):
        order = make_order(amount="99.00")
        made = api(ada).post("disputes/", order=order.pk, reason="quality", external_deadline="2030-01-01T00:00:00Z")
        assert (made.json()["amount_at_risk"], made.json()["currency"]) == ("99.00", "EUR")
        assert [clock["metric"] for clock in made.json()["sla"]] == ["resolution"]
        assert made.json()["external_deadline"] == "2030-01-01T00:00:00.000000Z"

    def test_somebody_elses_order_does_not_exist(self, api, wim):
        order = make_order(writer=None)
        problem(api(wim).post("disputes/", order=order.pk, reason="late"), 404, "not_found")

    def test_one_at_a_time(self, api, cleo):
        dispute = make_dispute()
        problem(api(cleo).post("disputes/", order=dispute.order_id, reason="late"), 409, "already_disputed")

    def test_bad_input_is_named_across_versions_sent(self, api, cleo, ada):
        order = make_order()
        for amount in ("-1", "1.234", "NaN", 10**12, True, [], {}, "x" * 100):
            response = api(ada).post("disputes/", order=order.pk, reason="late", amount_at_risk=amount)
            assert response.status_code == 400, response.content
            assert "amount_at_risk" in response.json()["errors"]
        refused = api(cleo).post("disputes/", order=order.pk, reason="late", external_deadline="2030-01-01T00:00:00Z")
        assert "external_deadline" in problem(refused, 400, "invalid")["errors"]
        for deadline in ("2030-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon", 5):
            refused = api(ada).post("disputes/", order=order.pk, reason="late", external_deadline=deadline)
            assert "external_deadline" in problem(refused, 400, "invalid")["errors"]


class TestWork:
    def test_ada_takes_advances_and_decides_one(self, api, ada):
        dispute, program = make_dispute(), api(ada)
        assert program.post(f"disputes/{dispute.pk}/assign/", assignee="ada").json()["assignee"]["id"] == ada.pk
        moved = program.post(f"disputes/{dispute.pk}/advance/", status="under_review")
        assert moved.json()["status"] == "under_review"
        done = program.post(
            f"disputes/{dispute.pk}/resolve/", outcome="resolved_client", notes="Four days late.", refund="40.00"
        )
        assert done.status_code == 200, done.content
        decision = done.json()["resolution"]
        assert (decision["outcome"], decision["refund"]) == ("resolved_client", "40.00")
        assert decision["decided_by"]["id"] == ada.pk
        assert done.json()["sla"][0]["state"] == "met"

    def test_ada_hands_hers_to_ben_with_a_reason(self, api, ada, ben):
        dispute, program = make_dispute(assignee=ada), api(ada)
        refused = program.post(f"disputes/{dispute.pk}/assign/", assignee="ben")
        assert "reason" in problem(refused, 400, "reason_missing")["errors"]
        handed = program.post(f"disputes/{dispute.pk}/assign/", assignee="ben", reason="Knows the writer")
        assert (handed.status_code, handed.json()["assignee"]["id"]) == (200, ben.pk)
        assert ReassignmentLog.objects.filter(dispute=dispute).latest("pk").reason == "Knows the writer"

    @pytest.mark.parametrize(
        ("facts", "after"),
        [
            ({"outcome": "resolved_client", "refund": "120.00"}, "refunded"),
            ({"outcome": "resolved_writer", "order_status": "in_revision"}, "in_revision"),
        ],
    )
    def test_the_order_goes_along(self, api, ada, facts, after):
        dispute, program = make_dispute(), api(ada)
        order = f"orders/{dispute.order_id}/"
        moved = program.post(f"{order}status/", status="completed")
        assert problem(moved, 409, "in_dispute")["current"]["status"] == "disputed"
        assert program.post(f"disputes/{dispute.pk}/resolve/", notes="Settled.", **facts).status_code == 200
        assert program.get(order).json()["status"] == after

    def test_cleo_reads_the_outcome_without_the_desks_words(self, api, ada, cleo, wim):
        dispute = make_dispute()
        assert api(ada).post(f"disputes/{dispute.pk}/resolve/", outcome="withdrawn", notes="SECRET").status_code == 200
        for user in (cleo, wim):
            seen = api(user).get(f"disputes/{dispute.pk}/")
            assert seen.json()["resolution"]["outcome"] == "withdrawn"
            assert "SECRET" not in seen.content.decode()
            assert "decided_by" not in seen.json()["resolution"]
        assert "SECRET" in api(ada).get(f"disputes/{dispute.pk}/").content.decode()

    def test_parties_do_not_work_it(self, api, cleo):
        dispute = make_dispute()
        for verb, facts in (
            ("assign", {"assignee": None}),
            ("advance", {"status": "under_review"}),
            ("resolve", {"outcome": "withdrawn", "notes": "x"}),
        ):
            problem(api(cleo).post(f"disputes/{dispute.pk}/{verb}/", **facts), 403, "desk_only")

    def test_what_is_decided_stays_decided(self, api, lea):
        dispute = make_dispute()
        assert (
            api(lea).post(f"disputes/{dispute.pk}/resolve/", outcome="withdrawn", notes="Settled.").status_code == 200
        )
        refused = api(lea).post(f"disputes/{dispute.pk}/advance/", status="under_review")
        assert problem(refused, 409, "decided")["current"]["status"] == "withdrawn"

    def test_too_much_money_back_is_refused(self, api, lea):
        dispute = make_dispute()
        refused = api(lea).post(
            f"disputes/{dispute.pk}/resolve/", outcome="resolved_client", notes="Sorry.", refund="120.01"
        )
        assert "refund" in problem(refused, 400, "too_much")["errors"]

    def test_an_old_version_changes_nothing(self, api, lea):
        dispute = make_dispute()
        refused = api(lea).post(f"disputes/{dispute.pk}/advance/", status="under_review", version=dispute.version - 1)
        assert problem(refused, 409, "stale")["current"]["version"] == dispute.version

    def test_bens_are_out_of_adas_sight(self, api, ada, ben, lea):
        dispute = make_dispute(assignee=ben)
        problem(api(ada).get(f"disputes/{dispute.pk}/"), 404, "not_found")
        assert api(lea).get(f"disputes/{dispute.pk}/").status_code == 200

    def test_the_list_costs_the_same_however_long(self, api, lea, django_assert_max_num_queries):
        program = api(lea)
        for _ in range(8):
            make_dispute()
        with django_assert_max_num_queries(4):
            assert len(program.get("disputes/").json()["results"]) == 8
