"""The OpenAPI document: without a warning, true to what is answered, and readable in a browser."""

import io
import json
import re
from urllib.parse import parse_qsl

import pytest
from django.core.management import call_command
from rest_framework import serializers

from support_management.api.fields import InputSerializer
from support_management.api.serializers.tickets import TicketShape
from support_management.models import BusinessCalendar, SLAPolicy, Specialization, SupportNotification
from support_management.tickets.queries import rows_by_id
from tests.api.program import ROOT
from tests.factories import hold, make_dispute, make_money_effect, make_order, make_payment_issue, make_ticket

ANSWERS = [
    ("tickets/", "/tickets/"),
    ("tickets/{ticket}/", "/tickets/{id}/"),
    ("tickets/{ticket}/messages/", "/tickets/{id}/messages/"),
    ("tickets/{ticket}/effect/?priority=high", "/tickets/{id}/effect/"),
    ("tickets/{ticket}/decisions/", "/tickets/{id}/decisions/"),
    ("routing/preview/?ticket={ticket}", "/routing/preview/"),
    ("reassignments/", "/reassignments/"),
    ("orders/", "/orders/"),
    ("money-effects/", "/money-effects/"),
    ("money-effects/{effect}/", "/money-effects/{id}/"),
    ("payment-issues/", "/payment-issues/"),
    ("payment-issues/totals/", "/payment-issues/totals/"),
    ("payment-issues/{issue}/", "/payment-issues/{id}/"),
    ("payment-issues/{issue}/steps/", "/payment-issues/{id}/steps/"),
    ("disputes/", "/disputes/"),
    ("support-profiles/", "/support-profiles/"),
    ("availability/", "/availability/"),
    ("availability/me/", "/availability/me/"),
    ("availability/me/history/", "/availability/me/history/"),
    ("workload-tracker/", "/workload-tracker/"),
    ("specializations/", "/specializations/"),
    ("notifications/", "/notifications/"),
    ("search/?q=cleo", "/search/"),
    ("dashboard/", "/dashboard/"),
    ("dashboard/tickets/", "/dashboard/tickets/"),
    ("dashboard/queue/", "/dashboard/queue/"),
    ("dashboard/workload/", "/dashboard/workload/"),
    ("dashboard/sla/breaches/", "/dashboard/sla/breaches/"),
    ("business-calendars/", "/business-calendars/"),
    ("sla/policies/", "/sla/policies/"),
    ("sla/policies/match/?ticket={ticket}", "/sla/policies/match/"),
    ("sla/clocks/", "/sla/clocks/"),
    ("sla/clocks/{clock}/", "/sla/clocks/{id}/"),
    ("sla/clocks/{clock}/history/", "/sla/clocks/{id}/history/"),
    ("orders/{order}/", "/orders/{id}/"),
    ("order-management/", "/order-management/"),
    ("dashboard/orders/", "/dashboard/orders/"),
    ("order-management/{order_action}/", "/order-management/{id}/"),
    ("disputes/{dispute}/", "/disputes/{id}/"),
    ("disputes/{dispute}/decisions/", "/disputes/{id}/decisions/"),
    ("support-profiles/{profile}/", "/support-profiles/{id}/"),
    ("availability/{agent}/", "/availability/{id}/"),
    ("availability/{agent}/history/", "/availability/{id}/history/"),
    ("workload-tracker/{load}/", "/workload-tracker/{id}/"),
    ("specializations/{skill}/", "/specializations/{id}/"),
    ("notifications/{notice}/", "/notifications/{id}/"),
    ("dashboard/analytics/sla/?per=week", "/dashboard/analytics/sla/"),
    ("business-calendars/{calendar}/", "/business-calendars/{id}/"),
    (
        "business-calendars/{calendar}/preview/?start=2026-03-27T10:00:00Z&minutes=60",
        "/business-calendars/{id}/preview/",
    ),
    ("sla/policies/{policy}/", "/sla/policies/{id}/"),
]
"""Each address to read, and its path in the document."""


@pytest.fixture(scope="module")
def document() -> dict:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=out)
    return json.loads(out.getvalue())


class TestDocument:
    def test_every_path_and_refusal_is_in_it(self, document):
        create = document["paths"][ROOT + "tickets/"]["post"]
        assert set(create["responses"]) == {"201", "400", "401", "403", "404", "409", "413", "422", "429"}
        assert "application/problem+json" in create["responses"]["409"]["content"]
        assert {"bearer": []} in create["security"]
        assert "Idempotency-Key" in {parameter["name"] for parameter in create["parameters"]}
        names = {parameter["name"] for parameter in document["paths"][ROOT + "tickets/"]["get"]["parameters"]}
        assert {"status", "priority", "cursor", "limit", "ordering"} <= names

    def test_every_operation_has_words_of_its_own(self, document):
        words = [operation["description"] for path in document["paths"].values() for operation in path.values()]
        assert len(words) > 60
        assert len({*words}) == len(words)

    def test_every_bound_is_in_it(self, document):
        parameters = [
            (path, parameter["name"], parameter["schema"])
            for path, operations in document["paths"].items()
            for operation in operations.values()
            for parameter in operation.get("parameters", ())
            if parameter["in"] == "query" and parameter["name"] != "cursor"
        ]
        assert len(parameters) > 100
        assert [place for *place, schema in parameters if not is_bounded(schema)] == []
        [ticket] = (value for name, value in document["components"]["schemas"].items() if name == "TicketInputRequest")
        assert ticket["properties"]["subject"] == {"type": "string", "minLength": 1, "maxLength": 200}
        assert ticket["properties"]["tags"]["maxItems"] == 20
        assert ticket["properties"]["order"]["minimum"] == 1

    def test_how_to_page_and_how_to_repeat_is_in_it(self, document):
        named = {
            parameter["name"]: parameter
            for operation in document["paths"][ROOT + "tickets/"].values()
            for parameter in operation["parameters"]
        }
        assert "does not expire" in named["cursor"]["description"]
        assert "`-updated_at`" in named["ordering"]["description"]
        assert named["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}
        assert named["requester"]["schema"]["minimum"] == 1
        assert named["status"]["schema"]["maxItems"] == 20
        assert named["priority"]["schema"]["items"] == {"type": "string", "enum": ["urgent", "high", "normal", "low"]}
        key = named["Idempotency-Key"]
        assert (key["schema"]["minLength"], key["schema"]["maxLength"]) == (1, 100)
        assert all(word in key["description"] for word in ("key_reused", "key_in_progress", "72 hours", "refusal"))

    def test_every_read_is_compared_with_its_answer(self, document):
        reads = {
            path.removeprefix(ROOT.rstrip("/")) for path, operations in document["paths"].items() if "get" in operations
        }
        assert reads == {schema for _, schema in ANSWERS}

    def test_every_example_works_as_it_stands(self):
        for taken in _inputs(InputSerializer):
            form = taken(data=taken.example, context={"desk": True})
            assert form.is_valid() or taken.__name__ in ("InputSerializer", "VersionInput"), (taken, form.errors)

    @pytest.mark.parametrize(("path", "schema"), ANSWERS)
    def test_answers_are_what_it_says(self, api, document, lea, ada, cleo, path, schema):
        ticket = make_ticket(order=make_order(), assignee=ada, tags=["vip"])
        dispute = make_dispute(assignee=ada)
        api(lea).post(f"disputes/{dispute.pk}/resolve/", outcome="withdrawn", notes="Settled.")
        api(lea).post(f"tickets/{ticket.pk}/assign/", assignee="lea")
        things = {
            "ticket": ticket.pk,
            "clock": ticket.clocks.first().pk,
            "order": ticket.order_id,
            "dispute": dispute.pk,
            "issue": make_payment_issue(by=ada).pk,
        }
        api(ada).post(f"payment-issues/{things['issue']}/steps/", kind="contact", outcome="reached")
        things["order_action"] = hold(make_order(), by=ada).management_actions.get().pk
        things |= {"profile": ada.support_profile.pk, "agent": ada.pk, "load": ada.workload.pk}
        things |= {"skill": Specialization.objects.first().pk, "calendar": BusinessCalendar.objects.first().pk}
        things["effect"] = make_money_effect(dispute.order, by=lea).pk
        things["policy"] = SLAPolicy.objects.first().pk
        things["notice"] = SupportNotification.objects.create(recipient=lea, kind="asked", text="Look").pk
        for user in (lea, cleo) if _is_for_parties(path) else (lea,):
            address, _, asked = path.format(**things).partition("?")
            answer = api(user).get(address, **dict(parse_qsl(asked)))
            assert answer.status_code == 200
            promised = document["paths"][ROOT.rstrip("/") + schema]["get"]["responses"]["200"]
            check(answer.json(), promised["content"]["application/json"]["schema"], document, at=path)

    def test_the_quick_way_to_write_a_ticket_says_what_its_fields_say(self, ada, lea):
        plain = make_ticket()
        full = make_ticket(order=make_order(), assignee=ada, tags=["a", "b"])
        for row in rows_by_id([plain.pk, full.pk]).values():
            for shape in (TicketShape(context={"desk": desk}) for desk in (True, False)):
                by_fields = shape.for_caller(serializers.Serializer.to_representation(shape, row), row)
                assert shape.to_representation(row) == by_fields

    def test_it_is_public_in_yaml_and_json(self, api, db):
        assert api().get("schema/")["Content-Type"].startswith("application/vnd.oai.openapi")
        assert json.loads(api().get("schema/", format="json").content)["openapi"].startswith("3.")
        assert api().get("schema/", format="nonsense").status_code == 404


class TestReaders:
    @pytest.mark.parametrize("reader", ["swagger/", "redoc/"])
    def test_nothing_comes_from_elsewhere_and_nothing_inline_runs(self, api, db, reader):
        page = api().get(reader)
        policy = page["Content-Security-Policy"]
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        html = page.content.decode()
        assert "https://" not in html
        assert "<script>" not in html
        assert "'unsafe-inline'" not in api().get("schema/")["Content-Security-Policy"]

    def test_swagger_gets_its_script_from_its_own_address(self, api, db):
        script = api().get("swagger/", script="")
        assert script["Content-Type"].startswith("application/javascript")
        assert "SwaggerUIBundle" in script.content.decode()


def is_bounded(schema: dict) -> bool:
    """Whether the document says how large a value may be."""
    if schema["type"] == "array":
        return "maxItems" in schema and is_bounded(schema["items"])
    ends = {"integer": {"minimum", "maximum"}, "string": {"maxLength"}, "boolean": set()}[schema["type"]]
    return "enum" in schema or "format" in schema or ends <= schema.keys()


def _is_for_parties(path: str) -> bool:
    return path.startswith(("tickets", "orders", "disputes")) and not re.search("decisions|effect", path)


def _inputs(kind) -> list:
    return [kind, *(found for child in kind.__subclasses__() for found in _inputs(child))]


def check(value, schema: dict, document: dict, *, at: str) -> None:
    """The value fits the schema: as much of JSON Schema as the document uses."""
    if "$ref" in schema:
        named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return check(value, named | {key: schema[key] for key in schema if key != "$ref"}, document, at=at)
    if value is None:
        nothing = schema.get("nullable") or any(_is_null(part, document) for part in schema.get("oneOf", ()))
        assert nothing, f"{at} is null"
        return None
    for part in schema.get("allOf", ()):
        check(value, part, document, at=at)
    if "enum" in schema:
        assert value in schema["enum"], f"{at}: {value}"
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    if "type" in schema:
        assert isinstance(value, kinds[schema["type"]]), f"{at}: {value!r} is no {schema['type']}"
    if schema.get("type") == "array":
        for row in value:
            check(row, schema["items"], document, at=f"{at}[]")
    if "properties" in schema:
        assert set(value) <= set(schema["properties"]), f"{at}: {set(value) - set(schema['properties'])}"
        assert set(schema.get("required", ())) <= set(value), f"{at}: {set(schema['required']) - set(value)}"
        for name, inner in value.items():
            check(inner, schema["properties"][name], document, at=f"{at}.{name}")
    return None


def _is_null(part: dict, document: dict) -> bool:
    if "$ref" in part:
        part = document["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    return part.get("enum") == [None]
