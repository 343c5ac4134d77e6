"""Paging, narrowing and ordering: what is allowed works, and nothing else is taken."""

from types import SimpleNamespace

import pytest

from support_management.api.urls import urlpatterns
from tests.api.program import ROOT, problem
from tests.factories import make_dispute, make_order, make_ticket, make_tickets

LISTS = ["tickets/", "orders/", "disputes/", "support-profiles/", "notifications/"]
BOARDS = ["dashboard/", "dashboard/tickets/", "dashboard/queue/", "dashboard/workload/", "dashboard/sla/breaches/"]
READS = [
    route for route in urlpatterns if "<" not in str(route.pattern) and "get" in getattr(route.callback, "actions", {})
]
NAMES = [
    "status", "priority", "type", "channel", "tag", "requester", "assignee", "unassigned", "website", "order",
    "dispute", "is_open", "payment_status", "reference", "client", "writer", "user", "read", "kind", "limit",
    "cursor", "ordering", "number", "q", "updated_since",
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

    @pytest.mark.parametrize("path", ["tickets/", "orders/", "disputes/"])
    def test_by_updated_at_no_row_is_missed_while_rows_move(self, api, lea, path):
        make = {"tickets/": make_ticket, "orders/": make_order, "disputes/": make_dispute}[path]
        rows = [make() for _ in range(4)]
        program, seen, address = api(lea), [], f"{ROOT}{path}?limit=2&ordering=updated_at"
        while address:
            page = program.client.get(address, headers=program.headers).json()
            seen, address = seen + [row["id"] for row in page["results"]], page["next"]
            if len(seen) == 2:
                for moved in rows[1:3]:  # the row at the cursor, and the one behind it
                    moved.save(update_fields=["priority"])
        assert seen == [row.pk for row in (*rows[:2], rows[3], *rows[1:3])]

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

    def test_several_words_with_commas_or_by_repeating(self, api, lea):
        rows = [make_ticket(priority=priority) for priority in ("low", "urgent", "high", "normal")]
        program = api(lea)
        for raw in ("priority=low,high", "priority=low&priority=high", "priority=low,&priority=high,low"):
            found = program.client.get(f"{ROOT}tickets/?{raw}&ordering=id", headers=program.headers).json()
            assert [row["id"] for row in found["results"]] == [rows[0].pk, rows[2].pk], raw

    def test_number_words_and_a_moment(self, api, lea, cleo, wim):
        first = make_ticket(subject="Die Übersetzung (50%) fehlt", requester=cleo)
        moment = first.updated_at.isoformat()
        second = make_ticket(subject=f"Same as {first.number}")
        third = make_ticket(subject="The invoice is wrong", requester=wim)
        for asked, found in (
            ({"number": first.number}, [first]),
            ({"number": first.number.lower().replace("-", "")}, [first]),
            ({"number": "T-99999999"}, []),
            ({"q": "fehlt die übersetzung"}, [first]),
            ({"q": "(50%)"}, [first]),
            ({"q": "INVOICE wrong"}, [third]),
            ({"q": "%"}, [first]),
            ({"q": first.number}, [first, second]),
            ({"updated_since": moment}, [first, second, third]),
            ({"updated_since": second.updated_at.isoformat()}, [second, third]),
        ):
            answer = api(lea).get("tickets/", ordering="id", **asked).json()
            assert [row["id"] for row in answer["results"]] == [row.pk for row in found], asked
        assert api(cleo).get("tickets/", q="invoice").json()["results"] == []
        assert len(api(cleo).get("tickets/", q="übersetzung").json()["results"]) == 1

    def test_what_is_no_number_and_no_moment_is_refused(self, api, lea):
        for path, asked in (
            ("tickets/", {"number": "invoice"}),
            ("tickets/", {"number": "D-10482"}),
            ("tickets/", {"q": "x" * 101}),
            ("tickets/", {"updated_since": "2026-11-24T12:00:00"}),
            ("disputes/", {"number": "T-10482"}),
            ("orders/", {"updated_since": "yesterday"}),
        ):
            assert list(problem(api(lea).get(path, **asked), 400, "invalid")["errors"]) == list(asked)

    def test_orders_and_disputes(self, api, lea, ada):
        dispute = make_dispute(assignee=ada)
        make_order(reference="Z-1")
        assert len(api(lea).get("orders/", status="disputed").json()["results"]) == 1
        assert len(api(lea).get("orders/", reference="Z-1").json()["results"]) == 1
        assert len(api(lea).get("disputes/", assignee=ada.pk, is_open="true").json()["results"]) == 1
        assert len(api(lea).get("disputes/", number=dispute.number).json()["results"]) == 1
        assert len(api(lea).get("disputes/", updated_since=dispute.updated_at.isoformat()).json()["results"]) == 1
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
        for at, name in enumerate(NAMES):
            for payload in PAYLOADS[at % 3 :: 3]:  # of three filters of a kind each gets a third
                response = program.get(path, **{name: payload})
                assert response.status_code in (200, 400), (path, name, payload, response.content)
                if "Unknown parameter" in response.content.decode():
                    break

    @pytest.mark.parametrize("route", READS, ids=lambda route: str(route.pattern))
    def test_a_repeated_parameter_counts_or_is_refused(self, api, lea, route):
        program, view = api(lea), route.callback.cls()
        view.action, view.request = route.callback.actions["get"], SimpleNamespace(user=lea)
        several = view._list_query_names()
        for name in view._allowed_query_names():
            choices = view.filterset_class.base_filters[name].extra["choices"] if name in several else [["1"], ["2"]]
            asked = "&".join(f"{name}={choice[0]}" for choice in list(choices)[:2])
            answer = program.client.get(f"{ROOT}{route.pattern}?{asked}", headers=program.headers)
            if name in several:
                assert answer.status_code == 200, (name, answer.content)
            else:
                assert problem(answer, 400, "invalid")["errors"][name] == ["Send this parameter once."]

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
