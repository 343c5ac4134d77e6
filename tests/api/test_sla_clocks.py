"""`sla/clocks/`: what was promised, how far it is, what happened, and more time from a lead's hand."""

from datetime import timedelta

import pytest

from support_management.core.time import now
from support_management.models import OrderDisputeSLA, SLAEvent, SupportActionLog
from support_management.sla.lifecycle import sweep
from support_management.tickets import conversation, triage
from tests import cast
from tests.api.program import problem
from tests.factories import hold, make_dispute, make_old, make_order, make_ticket, make_tickets

pytestmark = pytest.mark.django_db
SHAPE = {
    "id",
    "kind",
    "object_id",
    "number",
    "metric",
    "state",
    "started_at",
    "due_at",
    "paused_at",
    "breached_at",
    "completed_at",
    "elapsed_business_seconds",
    "remaining_business_seconds",
    "policy",
    "policy_version",
    "assignee",
}


def clock_of(ticket, metric="first_response") -> OrderDisputeSLA:
    return OrderDisputeSLA.objects.filter(ticket=ticket, metric=metric).latest("cycle")


def ids(answer) -> set[int]:
    assert answer.status_code == 200, answer.content
    return {row["id"] for row in answer.json()["results"]}


class TestShape:
    def test_a_clock_says_whose_it_is_and_how_far_it_has_come(self, api, lea, ada):
        ticket = make_old(make_ticket(assignee=ada), timedelta(hours=1))
        row = api(lea).get(f"sla/clocks/{clock_of(ticket).pk}/").json()
        assert set(row) == SHAPE
        assert (row["kind"], row["object_id"], row["number"]) == ("ticket", ticket.pk, ticket.number)
        assert row["assignee"] == {"id": ada.pk, "name": "Ada Agent"}
        assert row["elapsed_business_seconds"] in range(3600, 3605)
        assert row["elapsed_business_seconds"] + row["remaining_business_seconds"] == 4 * 3600

    def test_a_late_one_has_less_than_nothing_left(self, api, lea):
        ticket = make_old(make_ticket(priority="urgent"), timedelta(hours=2))
        sweep.fire_due()
        row = api(lea).get(f"sla/clocks/{clock_of(ticket).pk}/").json()
        assert (row["state"], row["completed_at"]) == ("breached", None)
        assert row["breached_at"] == row["due_at"]
        assert row["remaining_business_seconds"] in range(-5405, -5399)

    def test_a_paused_one_stands_still_and_an_ended_one_keeps_its_time(self, api, lea, ada):
        ticket = make_old(make_ticket(assignee=ada), timedelta(hours=1))
        triage.set_status(ticket=ticket.pk, status="pending", by=ada)
        address = f"sla/clocks/{clock_of(ticket, 'resolution').pk}/"
        paused = api(lea).get(address).json()
        assert (paused["state"], paused["paused_at"] is not None) == ("paused", True)
        make_old(ticket, timedelta(hours=1))
        assert api(lea).get(address).json()["elapsed_business_seconds"] == paused["elapsed_business_seconds"]
        other = make_old(make_ticket(assignee=ada), timedelta(hours=1))
        conversation.reply(ticket=other.pk, by=ada, body="Here it is.")
        make_old(other, timedelta(hours=5))
        met = api(lea).get(f"sla/clocks/{clock_of(other).pk}/").json()
        assert (met["state"], met["elapsed_business_seconds"] in range(3600, 3605)) == ("met", True)

    def test_disputes_and_orders_have_their_own_numbers(self, api, lea, ada):
        dispute, order = make_dispute(), make_order()
        hold(order, by=ada)
        rows = {row["kind"]: row for row in api(lea).get("sla/clocks/", ordering="id").json()["results"]}
        assert (rows["dispute"]["object_id"], rows["dispute"]["number"]) == (dispute.pk, dispute.number)
        assert (rows["order"]["object_id"], rows["order"]["number"]) == (order.pk, order.reference)
        assert rows["order"]["assignee"] is None


class TestList:
    def test_ada_sees_clocks_of_what_she_may_see(self, api, ada, ben, zoe, lea):
        mine, bens = make_ticket(assignee=ada), make_ticket(assignee=ben)
        assert ids(api(ada).get("sla/clocks/")) == {clock.pk for clock in mine.clocks.all()}
        assert ids(api(zoe).get("sla/clocks/")) == set()
        assert len(ids(api(lea).get("sla/clocks/"))) == mine.clocks.count() + bens.clocks.count()

    def test_it_can_be_narrowed(self, api, lea, ada, ben):
        mine, bens = make_ticket(assignee=ada, priority="urgent"), make_ticket(assignee=ben, priority="low")
        dispute = make_dispute(assignee=ada)
        triage.set_status(ticket=bens.pk, status="pending", by=lea)
        make_old(mine, timedelta(hours=1))
        sweep.fire_due()

        def found(**asked) -> set[tuple[str, int]]:
            rows = api(lea).get("sla/clocks/", **asked).json()["results"]
            return {(row["kind"], row["object_id"]) for row in rows}

        a, b = ("ticket", mine.pk), ("ticket", bens.pk)
        d, o = ("dispute", dispute.pk), ("order", dispute.order_id)  # a disputed order needs the desk, too
        assert found() == {a, b, d, o}
        assert found(state="paused") == {b}
        assert found(state="breached") == {a}
        assert found(state="running,paused") == {a, b, d, o}
        assert found(state="met") == found(state="cancelled") == set()
        assert found(assignee=str(ada.pk)) == {a, d}
        assert found(kind="dispute") == {d}
        assert found(kind="dispute,order") == {d, o}
        assert found(kind="ticket", object_id=str(bens.pk)) == {b}
        assert found(kind="dispute", object_id=str(10**9)) == set()
        assert found(metric="first_response", state="running") == {b}
        assert found(due_before=now().isoformat()) == {a}
        assert found(due_before="2100-01-01T00:00:00Z") == {a, b, d, o}
        assert found(state="", kind="", assignee="", object_id="", due_before="") == {a, b, d, o}

    def test_the_next_to_bite_comes_first_page_by_page(self, api, lea):
        for priority in ("low", "urgent", "normal", "high"):
            make_ticket(priority=priority)
        program, rows = api(lea), []
        page = program.get("sla/clocks/", ordering="due_at", limit="3", state="running").json()
        while True:
            rows += page["results"]
            if page["next"] is None:
                break
            page = program.client.get(page["next"], headers=program.headers).json()
        dues = [row["due_at"] for row in rows]
        assert (len(rows), dues) == (8, sorted(dues))

    def test_it_costs_the_same_however_long(self, api, lea, ada, django_assert_num_queries):
        make_tickets(7, assignee=ada)
        make_tickets(13)
        make_dispute(assignee=ada)
        lead, agent = api(lea), api(ada)
        with django_assert_num_queries(3):  # whose token, the clocks with their work, the calendars
            assert len(lead.get("sla/clocks/", ordering="due_at").json()["results"]) == 42
        with django_assert_num_queries(4):  # and her websites
            agent.get("sla/clocks/", ordering="due_at", state="running")

    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("state", "nonsense"),
            ("state", "\x00"),
            ("state", "running,nonsense"),
            ("kind", "refund"),
            ("metric", "speed"),
            ("object_id", "x"),
            ("object_id", "-1"),
            ("object_id", str(10**30)),
            ("assignee", "ada"),
            ("assignee", "9" * 3000),
            ("due_before", "soon"),
            ("due_before", "2026-03-27T10:00:00"),
            ("due_before", "2026-03-27"),
            ("due_before", "0001-01-01T00:00:00+14:00"),
            ("due_before", "9999-12-31T23:59:59-14:00"),
            ("due_before", "\x00"),
            ("ordering", "policy"),
            ("ordering", "-started_at; drop"),
            ("limit", "0"),
            ("limit", str(10**30)),
            ("cursor", "x"),
            ("cursor", "W10"),
            ("colour", "red"),
        ],
    )
    def test_what_cannot_be_asked_is_named(self, api, lea, name, word):
        refused = api(lea).get("sla/clocks/", **{name: word})
        assert set(problem(refused, 400, "invalid")["errors"]) == {name}


class TestHistory:
    def test_it_is_told_oldest_first(self, api, ada):
        ticket = make_ticket(assignee=ada)
        triage.set_status(ticket=ticket.pk, status="pending", by=ada)
        triage.set_status(ticket=ticket.pk, status="open", by=ada)
        triage.set_priority(ticket=ticket.pk, priority="high", by=ada)
        clock = clock_of(ticket, "resolution")
        lines = api(ada).get(f"sla/clocks/{clock.pk}/history/").json()["results"]
        assert [line["kind"] for line in lines] == ["started", "paused", "resumed", "retargeted"]
        assert {*lines[0]} >= {"kind", "due_at", "fired_at", "at", "cause", "actor"}
        assert lines[1]["actor"] == {"id": ada.pk, "name": "Ada Agent"}
        assert lines[1]["cause"] == "status pending"
        assert lines[0]["at"] <= lines[0]["fired_at"] < lines[1]["at"]

    def test_it_costs_the_same_however_long(self, api, ada, lea, django_assert_num_queries):
        ticket = make_ticket(assignee=ada)
        for _ in range(5):
            triage.set_status(ticket=ticket.pk, status="pending", by=ada)
            triage.set_status(ticket=ticket.pk, status="open", by=ada)
        program, clock = api(lea), clock_of(ticket, "resolution")
        with django_assert_num_queries(3):  # whose token, the clock, its history
            assert len(program.get(f"sla/clocks/{clock.pk}/history/").json()["results"]) == 11

    @pytest.mark.parametrize("pk", [0, 2**63, 10**30])
    def test_an_odd_clock_is_not_there(self, api, lea, pk):
        for path in (f"sla/clocks/{pk}/", f"sla/clocks/{pk}/history/"):
            problem(api(lea).get(path), 404, "not_found")
        problem(api(lea).post(f"sla/clocks/{pk}/extend/", minutes=1, reason="x"), 404, "not_found")


class TestExtend:
    def test_lea_gives_more_time_and_it_is_audited(self, api, lea, ada):
        clock = clock_of(make_ticket(assignee=ada))
        row = api(lea).post(f"sla/clocks/{clock.pk}/extend/", minutes=90, reason="On strike").json()
        after = OrderDisputeSLA.objects.get(pk=clock.pk)
        assert after.due_at == clock.due_at + timedelta(minutes=90)
        assert row["remaining_business_seconds"] + row["elapsed_business_seconds"] == (240 + 90) * 60
        line = SLAEvent.objects.filter(clock=clock).latest("id")
        assert (line.kind, line.cause, line.actor) == ("retargeted", "extended by 90 min: On strike", lea)
        assert SupportActionLog.objects.get(verb="extend", object_id=clock.pk).after["minutes"] == 90

    def test_the_same_key_gives_it_once(self, api, lea):
        clock = clock_of(make_ticket())
        for _ in range(2):
            assert (
                api(lea).post(f"sla/clocks/{clock.pk}/extend/", key="one", minutes=30, reason="On strike").status_code
                == 200
            )
        assert OrderDisputeSLA.objects.get(pk=clock.pk).due_at == clock.due_at + timedelta(minutes=30)

    def test_an_agent_may_not_and_what_she_does_not_see_is_not_there(self, api, ada, ben):
        mine, far = make_ticket(assignee=ada), make_ticket(website_id=cast.south().pk)
        for ticket, status, code in ((mine, 403, "leads_only"), (far, 404, "not_found")):
            answer = api(ada).post(f"sla/clocks/{clock_of(ticket).pk}/extend/", minutes=30, reason="Please")
            problem(answer, status, code)
        assert not SLAEvent.objects.filter(kind="retargeted").exists()

    def test_a_broken_promise_stays_broken_and_an_ended_one_ended(self, api, lea, ada):
        late = clock_of(make_old(make_ticket(priority="urgent"), timedelta(hours=1)))
        sweep.fire_due()
        refused = problem(api(lea).post(f"sla/clocks/{late.pk}/extend/", minutes=600, reason="Late"), 409, "breached")
        assert (refused["current"]["id"], refused["current"]["state"]) == (late.pk, "breached")
        answered = make_ticket(assignee=ada)
        conversation.reply(ticket=answered.pk, by=ada, body="Here it is.")
        done = clock_of(answered)
        problem(api(lea).post(f"sla/clocks/{done.pk}/extend/", minutes=600, reason="Late"), 409, "completed")

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"minutes": 0}, "minutes"),
            ({"minutes": -5}, "minutes"),
            ({"minutes": 10**30}, "minutes"),
            ({"minutes": "30"}, "minutes"),
            ({"minutes": 1.5}, "minutes"),
            ({"minutes": True}, "minutes"),
            ({"minutes": None}, "minutes"),
            ({"minutes": [30]}, "minutes"),
            ({"reason": ""}, "reason"),
            ({"reason": "   "}, "reason"),
            ({"reason": None}, "reason"),
            ({"reason": "a\x00b"}, "reason"),
            ({"reason": "x" * 201}, "reason"),
            ({"reason": {"a": []}}, "reason"),
            ({"version": 1}, "version"),
        ],
    )
    def test_what_cannot_be_taken_is_named(self, api, lea, facts, field):
        clock = clock_of(make_ticket())
        refused = api(lea).post(f"sla/clocks/{clock.pk}/extend/", **{"minutes": 30, "reason": "On strike"} | facts)
        assert refused.status_code == 400
        assert set(refused.json()["errors"]) == {field}
        assert OrderDisputeSLA.objects.get(pk=clock.pk).due_at == clock.due_at
