"""Paging, narrowing and ordering: what is allowed works, and nothing else is taken."""

import pytest

from tests.api.program import ROOT, problem
from tests.factories import make_dispute, make_order, make_ticket, make_tickets

LISTS = ["tickets/", "orders/", "disputes/", "support-profiles/", "notifications/"]
BOARDS = ["dashboard/", "dashboard/tickets/", "dashboard/queue/", "dashboard/workload/", "dashboard/sla/breaches/"]
NAMES = [
    "status", "priority", "type", "channel", "tag", "requester", "assignee", "unassigned", "website", "order",
    "dispute", "is_open", "payment_status", "reference", "client", "writer", "user", "read", "kind", "limit",
    "cursor", "ordering",
    "assignee__password__startswith", "requester__password", "id__in", "_connector", "page", "page_size", "format",
    "search", "status[]", "version", "subject__regex",
]  # fmt: skip
PAYLOADS = [
    "", " ", "'", '"', "1 OR 1=1", "' OR ''='", "1; DROP TABLE x", "--", "%", "_", "\x00", "a\x00b", "½",
    "٣", "-1", "0", "1e3", "1e400", "NaN", "inf", "9" * 30, "9" * 5000, "true", "null", "[]", "{}", "open,",
    ",", ",,,,", "low,", "open,nonsense", "-password", "?", "random", "created_at__password", "*",
    "(" * 500, "a" * 3000, "(a+)+$",
    "../../x", "<script>", "🦊", "‮", "WyIt", "bnVsbA", "W10", "eyJhIjoxfQ", "WyItaWQiLDAsMV0",
    "WyItaWQiLDAsIngiXQ",
    "WyItaWQiLDAsbnVsbF0", "WyItaWQiLDAsMTFlOTldXQ", "WyItaWQiLDAs" + "9" * 40, "2030-01-01", "$where", "${jndi:x}",
]  # fmt: skip


class TestPages:
    def test_ada_turns_every_page_there_and_back(self, api, ada):
        rows = [ticket.pk for ticket in make_tickets(7)][::-1]
        program, seen, address = api(ada), [], ROOT + "tickets/?limit=3"
        while address:
            page = program.client.get(address, headers=program.headers).json()
            seen, last, address = seen + [row["id"] for row in page["results"]], page, page["next"]
        assert seen == rows
        back = program.client.get(last["previous"], headers=program.headers).json()
        assert [row["id"] for row in back["results"]] == rows[3:6]
        first = program.client.get(back["previous"], headers=program.headers).json()
        assert [row["id"] for row in first["results"]] == rows[:3]
        assert first["previous"] is None

    @pytest.mark.parametrize(
        "ordering", ["id", "-id", "created_at", "-created_at", "updated_at", "-updated_at", "work"]
    )
    def test_every_order_pages_without_gap_or_repeat(self, api, ada, ordering):
        for priority in ("low", "urgent", "low", "high", "urgent"):
            make_ticket(priority=priority)
        program = api(ada)
        whole = [row["id"] for row in program.get("tickets/", ordering=ordering).json()["results"]]
        seen, address = [], f"{ROOT}tickets/?limit=2&ordering={ordering}"
        while address:
            page = program.client.get(address, headers=program.headers).json()
            seen, address = seen + [row["id"] for row in page["results"]], page["next"]
        assert seen == whole
        assert len(set(whole)) == 5

    def test_a_place_of_another_order_is_refused(self, api, ada):
        make_tickets(3)
        address = api(ada).get("tickets/", limit="1").json()["next"]
        cursor = address.partition("cursor=")[2].partition("&")[0]
        problem(api(ada).get("tickets/", cursor=cursor, ordering="work"), 400, "invalid")

    @pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1000000", "1.5", "٣"])
    def test_a_page_is_at_most_a_hundred_rows(self, api, ada, limit):
        for path in ("tickets/", "dashboard/tickets/", "dashboard/sla/breaches/"):
            assert "limit" in problem(api(ada).get(path, limit=limit), 400, "invalid")["errors"]


class TestNarrowing:
    def test_tickets_by_every_fact(self, api, lea, ada):
        order = make_order()
        make_ticket(priority="low", tags=["late"])
        wanted = make_ticket(priority="urgent", type="payment", tags=["vip"], order=order, assignee=ada)
        for facts in (
            {"status": "open,pending"},
            {"priority": "urgent,high"},
            {"type": "payment"},
            {"tag": "vip"},
            {"order": order.pk},
            {"assignee": ada.pk},
            {"unassigned": "false"},
            {"status": "open", "is_open": "true", "requester": wanted.requester_id},
        ):
            found = api(lea).get("tickets/", **facts).json()["results"]
            assert [row["id"] for row in found] == [wanted.pk], facts

    def test_orders_and_disputes(self, api, lea, ada):
        dispute = make_dispute(assignee=ada)
        make_order(reference="Z-1")
        assert len(api(lea).get("orders/", status="disputed").json()["results"]) == 1
        assert len(api(lea).get("orders/", reference="Z-1").json()["results"]) == 1
        assert len(api(lea).get("disputes/", assignee=ada.pk, is_open="true").json()["results"]) == 1
        assert api(lea).get("disputes/", order=dispute.order_id, status="withdrawn").json()["results"] == []

    @pytest.mark.parametrize("path", LISTS + BOARDS)
    def test_what_is_not_on_the_list_is_named(self, api, lea, path):
        for name in ("assignee__password__startswith", "_connector", "page", "subject__regex"):
            assert list(problem(api(lea).get(path, **{name: "x"}), 400, "invalid")["errors"]) == [name]

    @pytest.mark.parametrize("path", LISTS + BOARDS)
    def test_no_query_breaks_it(self, api, lea, path, settings):
        settings.API_THROTTLE = (1_000_000, 60)
        make_ticket()
        program = api(lea)
        for name in NAMES:
            for payload in PAYLOADS:
                response = program.get(path, **{name: payload})
                assert response.status_code in (200, 400), (path, name, payload, response.content)
                if "Unknown parameter" in response.content.decode():
                    break

    def test_no_raw_query_string_breaks_it(self, api, lea):
        program = api(lea)
        for raw in (
            "%00",
            "%ff%fe",
            "status=%c3%28",
            "&&&",
            "=",
            "limit=5&limit=6",
            "cursor=%00",
            "status=open&status=x",
        ):
            response = program.client.get(f"{ROOT}tickets/?{raw}", headers=program.headers)
            assert response.status_code in (200, 400), raw
