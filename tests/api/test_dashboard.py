"""Boards and figures through the API."""

from datetime import timedelta

import pytest

from support_management.analytics import dashboards
from support_management.disputes import lifecycle
from support_management.orders import actions
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.sla import queries as sla
from support_management.sla.lifecycle import sweep
from support_management.tickets import conversation, triage
from tests.api.program import problem
from tests.factories import hold, make_dispute, make_old, make_old_dispute, make_order, make_ticket, make_tickets


class TestFigures:
    def test_ada_reads_her_own(self, api, ada):
        make_ticket(assignee=ada, priority="urgent")
        figures = api(ada).get("dashboard/").json()
        assert figures["agent"] == {"id": ada.pk, "name": "Ada Agent"}
        assert (figures["tickets_pending"], figures["flagged"]) == (1, 1)

    def test_counting_anew_answers_with_the_figures(self, api, ada, ira):
        make_ticket(assignee=ada)
        response = api(ada).post("dashboard/refresh_dashboard/")
        assert (response.status_code, response.json()["tickets_pending"]) == (200, 1)
        assert api(ira).post("dashboard/refresh_dashboard/").json()["tickets_pending"] == 0

    def test_one_name_is_one_number_at_every_address(self, api, ada, lea, cleo):
        row = make_ticket(assignee=ada)
        for _ in range(2):
            conversation.reply(ticket=row.pk, by=ada, body="Done", status="resolved")
            conversation.reply(ticket=row.pk, by=cleo, body="Not yet")
        triage.set_status(ticket=row.pk, status="resolved", by=ada)
        case = make_dispute(assignee=ada)
        lifecycle.resolve(dispute=case.pk, outcome="withdrawn", notes="x", by=ada)
        order = make_order()
        for status in ("submitted", "in_revision", "submitted"):
            actions.set_status(order=order.pk, status=status, by=ada)
        program, names = api(ada), ("tickets_handled", "disputes_handled", "orders_managed")
        [tracker] = program.get("workload-tracker/").json()["results"]
        places = [
            program.get("dashboard/").json(),
            program.get("dashboard/workload/").json()["workload_tracker"],
            tracker,
        ]
        assert [[place[name] for name in names] for place in places] == [[1, 1, 2]] * 3
        assert dashboards.check_all() == 0


class TestOwnTickets:
    def test_hers_come_first_then_the_rest_in_work_order(self, api, ada, ben):
        free = make_ticket(priority="urgent")
        low, high = make_ticket(assignee=ada, priority="low"), make_ticket(assignee=ada, priority="high")
        make_ticket(assignee=ben)
        make_ticket(assignee=ada, status="resolved")
        board = api(ada).get("dashboard/tickets/").json()
        assert [row["id"] for row in board["tickets"]] == [high.pk, low.pk, free.pk]
        assert (board["count"], board["total_open"], board["total_assigned_to_me"]) == (3, 3, 2)

    def test_it_can_be_narrowed_and_the_totals_stay(self, api, ada):
        make_ticket(assignee=ada, priority="low")
        urgent = make_ticket(priority="urgent")
        board = api(ada).get("dashboard/tickets/", limit="1", status="new,open", priority="urgent,high").json()
        assert [row["id"] for row in board["tickets"]] == [urgent.pk]
        assert (board["count"], board["total_open"], board["total_assigned_to_me"]) == (1, 2, 1)
        assert api(ada).get("dashboard/tickets/", limit="20", status="", priority="").json()["count"] == 2

    def test_it_costs_the_same_however_long(self, api, ada, django_assert_max_num_queries):
        program = api(ada)
        make_tickets(4, assignee=ada, tags=["one"])
        make_tickets(20, tags=["two"])
        with django_assert_max_num_queries(8):
            assert program.get("dashboard/tickets/").json()["count"] == 20


class TestQueue:
    def test_the_lanes_are_those_of_the_queue_board(self, api, ada, ben, lea):
        free, mine = make_ticket(), make_ticket(assignee=ada, priority="high")
        late = make_old(make_ticket(assignee=ben, priority="urgent"), timedelta(days=2))
        board = api(ada).get("dashboard/queue/").json()
        assert [row["id"] for row in board["unassigned_tickets"]] == [free.pk]
        assert [row["id"] for row in board["my_assigned_tickets"]] == [mine.pk]
        assert [row["id"] for row in board["high_priority_tickets"]] == [mine.pk]
        assert board["overdue_tickets"] == []
        assert board["counts"] == {"unassigned": 1, "my_assigned": 1, "high_priority": 1, "overdue": 0}
        whole = api(lea).get("dashboard/queue/").json()
        assert [row["id"] for row in whole["overdue_tickets"]] == [late.pk]
        assert whole["counts"] == {"unassigned": 1, "my_assigned": 0, "high_priority": 2, "overdue": 1}

    def test_it_shows_twenty_and_counts_all_at_a_constant_cost(self, api, ada, django_assert_max_num_queries):
        program = api(ada)
        make_tickets(23, priority="high", tags=["one"])
        with django_assert_max_num_queries(10):
            board = program.get("dashboard/queue/").json()
        assert (len(board["unassigned_tickets"]), board["counts"]["unassigned"]) == (20, 23)


class TestWorkload:
    def test_her_load_and_what_she_resolved(self, api, ada):
        make_ticket(assignee=ada)
        done = make_ticket(assignee=ada)
        assert api(ada).post(f"tickets/{done.pk}/reply/", body="Here it is.", status="resolved").status_code == 200
        figures = api(ada).get("dashboard/workload/").json()
        assert figures["current_ticket_load"] == 1
        assert figures["average_response_time_hours"] == 0.0
        assert figures["resolution_rate_percent"] == 50.0
        assert figures["sla_compliance_rate_percent"] == 100.0
        for when in ("today", "this_week", "this_month"):
            assert figures[f"tickets_resolved_{when}"] == 1
        assert figures["workload_tracker"]["tickets_handled"] == 1
        assert figures["workload_tracker"]["last_activity"].endswith("Z")

    def test_who_did_nothing_yet_has_no_shares(self, api, ira):
        figures = api(ira).get("dashboard/workload/").json()
        assert figures["resolution_rate_percent"] is None
        assert figures["workload_tracker"] == {
            "tickets_handled": 0,
            "disputes_handled": 0,
            "orders_managed": 0,
            "last_activity": None,
        }

    def test_her_day_begins_at_her_own_midnight(self, api, ada):
        ada.time_zone = "Pacific/Kiritimati"
        ada.save()
        assert api(User.objects.get(pk=ada.pk)).get("dashboard/workload/").json()["tickets_resolved_today"] == 0

    @pytest.mark.parametrize("word", ["Mars/Olympus", "", "../etc/passwd", "Europe", "\u00e9"])
    def test_a_zone_that_is_none_counts_as_utc(self, api, ada, word):
        User.objects.filter(pk=ada.pk).update(time_zone=word)
        assert api(User.objects.get(pk=ada.pk)).get("dashboard/workload/").status_code == 200


class TestBreaches:
    def test_missed_promises_of_what_she_may_see(self, api, ada, ben, zoe):
        late = make_old(make_ticket(assignee=ada, priority="urgent"), timedelta(days=2))
        make_old(make_ticket(assignee=ben, priority="urgent"), timedelta(days=2))
        sweep.fire_due()
        board = api(ada).get("dashboard/sla/breaches/").json()
        assert board["count"] == len(board["breaches"]) == 2
        assert {row["ticket"]["id"] for row in board["breaches"]} == {late.pk}
        assert {row["metric"] for row in board["breaches"]} == {"first_response", "resolution"}
        assert all(row["state"] == "breached" for row in board["breaches"])
        assert len(api(ada).get("dashboard/sla/breaches/", limit="1").json()["breaches"]) == 1
        assert api(zoe).get("dashboard/sla/breaches/").json() == {"breaches": [], "upcoming": [], "count": 0}

    def test_disputes_stand_between_the_tickets(self, api, ada, ben, lea):
        older = make_old_dispute(make_dispute(assignee=ada), timedelta(days=9))
        late = make_old(make_ticket(assignee=ada, priority="urgent"), timedelta(days=2))
        bens = make_old_dispute(make_dispute(assignee=ben), timedelta(days=9))
        sweep.fire_due()
        board = api(ada).get("dashboard/sla/breaches/").json()
        assert [row["kind"] for row in board["breaches"]] == ["dispute", "ticket", "ticket"]
        assert board["count"] == 3
        first, second, _ = board["breaches"]
        assert first["dispute"] == {
            "id": older.pk,
            "number": older.number,
            "order": older.order_id,
            "reason": "late",
            "status": "open",
            "priority": "normal",
            "assignee": {"id": ada.pk, "name": "Ada Agent"},
        }
        assert (first["ticket"], second["dispute"], second["ticket"]["id"]) == (None, None, late.pk)
        whole = api(lea).get("dashboard/sla/breaches/", limit="2").json()
        assert (len(whole["breaches"]), whole["count"]) == (2, 4)
        assert bens.pk in {row["dispute"]["id"] for row in whole["breaches"]}

    def test_what_bites_next_follows(self, api, ada, ben, zoe):
        mine, later = make_ticket(assignee=ada, priority="urgent"), make_ticket(assignee=ada, priority="low")
        make_ticket(assignee=ben, priority="urgent")
        held = make_order()
        hold(held, by=ada)
        board = api(ada).get("dashboard/sla/breaches/").json()
        assert (board["breaches"], board["count"]) == ([], 0)
        assert [(row["kind"], row["object_id"], row["metric"]) for row in board["upcoming"]] == [
            ("ticket", mine.pk, "first_response"),
            ("ticket", mine.pk, "resolution"),
            ("ticket", later.pk, "first_response"),
            ("ticket", later.pk, "resolution"),
            ("order", held.pk, "resolution"),
        ]
        assert board["upcoming"][4]["order"]["reference"] == held.reference
        assert board["upcoming"][0]["remaining_business_seconds"] in range(1790, 1801)
        assert len(api(ada).get("dashboard/sla/breaches/", limit="2").json()["upcoming"]) == 2
        assert [row["kind"] for row in api(zoe).get("dashboard/sla/breaches/").json()["upcoming"]] == []

    @pytest.mark.parametrize("who", ["ada", "lea"])
    def test_they_cost_the_same_however_many(self, api, who, request, django_assert_num_queries):
        program = api(request.getfixturevalue(who))
        for number in (1, 4):
            for _ in range(number):
                make_old(make_ticket(priority="urgent"), timedelta(days=2))
                make_old_dispute(make_dispute(), timedelta(days=9))
            sweep.fire_due()
            with django_assert_num_queries(5 + (who == "ada")):  # token, missed, next, how far, how many; her websites
                board = program.get("dashboard/sla/breaches/").json()
        assert board["count"] == len(board["breaches"]) == 15

    def test_a_lead_looks_through_no_tickets_for_them(self, lea, ada):
        [theirs, all_of_them] = [str(sla.breaches(viewer_of(one)).order_by().values("pk").query) for one in (ada, lea)]
        assert "SELECT" in theirs.partition("WHERE")[2], "the guard: an agent's rights are asked for"
        assert "SELECT" not in all_of_them.partition("WHERE")[2]

    def test_boards_are_for_the_desk(self, api, cleo, wim, eda):
        for user in (cleo, wim, eda):
            for board in ("", "tickets/", "queue/", "workload/", "sla/breaches/"):
                problem(api(user).get(f"dashboard/{board}"), 403, "desk_only")
