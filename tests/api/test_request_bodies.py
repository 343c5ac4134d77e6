"""What comes in must be JSON, and of a reasonable size and shape."""

import json
import unicodedata

import pytest
from django.conf import settings

from support_management.api import parsers
from tests.api.program import problem
from tests.factories import make_ticket


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


class TestBody:
    def test_cleo_sends_a_body_of_just_the_limit(self, api, cleo):
        body = {"subject": "Long", "body": "x"}
        body["body"] *= settings.MAX_BODY_BYTES - len(json.dumps(body)) + 1
        assert len(json.dumps(body)) == settings.MAX_BODY_BYTES
        refused = api(cleo).post("tickets/", **body)
        assert "body" in problem(refused, 400, "too_long")["errors"]
        body["body"] += "x"
        problem(api(cleo).post("tickets/", **body), 413, "too_large")

    def test_a_hundred_thousand_characters_are_a_message_and_one_more_is_not(self, api, cleo):
        assert api(cleo).post("tickets/", subject="Long", body="x" * 100_000).status_code == 201
        problem(api(cleo).post("tickets/", subject="Long", body="x" * 100_001), 400, "too_long")

    def test_fifty_levels_are_read_and_more_are_refused(self, api, cleo):
        program = api(cleo)
        problem(program.send("tickets/", f'{{"tags": {nested(49)}}}'), 400, "invalid")
        for levels in (50, 51, 1_000, 200_000):
            problem(program.send("tickets/", f'{{"tags": {nested(levels)}}}'), 400, "too_deep")
        problem(program.send("tickets/", '{"a":' * 60_000 + "1" + "}" * 60_000), 400, "too_deep")

    @pytest.mark.parametrize(
        "raw",
        [
            '{"tags":[' + "1," * 250_000 + "1]}",
            '{"tags":[' + "[]," * 250_000 + "1]}",
            '{"tags":[' + "[1]" * 250_000 + "]}",
            '{"tags":[' + '"",' * 250_000 + '""]}',
            "[" + "{}," * 300_000 + "{}]",
            "{" + ",".join(f'"{number}":1' for number in range(90_000)) + "}",
        ],
        ids=["numbers", "lists", "no commas", "texts", "objects", "fields"],
    )
    def test_values_are_counted_before_any_is_made(self, api, cleo, raw, monkeypatch):
        program, made = api(cleo), []
        with monkeypatch.context() as patched:
            patched.setattr(parsers, "_read", made.append)
            refused = program.send("tickets/", raw)
        problem(refused, 400, "too_many")
        assert len(refused.content) < 1_000
        assert not made

    def test_signs_in_text_are_no_values(self, api, cleo):
        assert api(cleo).post("tickets/", subject="Hi", body=",[{" * 30_000).status_code == 201

    def test_brackets_in_text_are_no_levels(self, api, cleo):
        made = api(cleo).post("tickets/", subject="[[[", body='[{"' * 500 + "\\" * 3)
        assert made.status_code == 201

    @pytest.mark.parametrize(
        "raw",
        [
            "",
            "{",
            "nonsense",
            '{"subject": NaN}',
            '{"subject": Infinity}',
            '{"subject": -Infinity}',
            '{"version": 1e999}',
            '{"subject": "a", "subject": "b"}',
            '{"subject": ' + "9" * 5_000 + "}",
            "[]",
            "null",
            "3",
            '"text"',
            b"\xff\xfe{\x00}\x00",
            b'{"subject": "\xc3\x28"}',
            '"' + '\\"' * 200_000 + "[" * 60,
            '"' * 100_001 + "[" * 60 + "\\",
        ],
    )
    def test_what_is_no_object_of_json_is_refused_in_words(self, api, cleo, raw):
        response = api(cleo).send("tickets/", raw)
        assert response.status_code == 400, response.content
        assert response["Content-Type"] == "application/problem+json"

    def test_a_byte_order_mark_is_no_obstacle(self, api, cleo):
        body = b"\xef\xbb\xbf" + json.dumps({"subject": "Hi", "body": "Hi"}).encode()
        assert api(cleo).send("tickets/", body).status_code == 201

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"]
    )
    def test_only_json_is_read(self, api, cleo, content_type):
        refused = api(cleo).send("tickets/", "subject=Hi", content_type=content_type)
        problem(refused, 415, "unsupported_media_type")

    def test_whatever_is_accepted_the_answer_is_json(self, api, cleo):
        for accepted in ("text/html", "application/xml", "*/*", "nonsense"):
            assert api(cleo, accept=accepted).get("tickets/")["Content-Type"] == "application/json"

    def test_other_methods_are_refused(self, api, cleo):
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
            problem(api(cleo).send("tickets/", "{}", method=method), 405, "method_not_allowed")


class TestBounds:
    """Of a list the items are counted before they are looked at, of a text the characters; refusals are short."""

    LISTS = [
        ("post", "tickets/", {"subject": "Hi", "body": "Hi"}, "tags", 20),
        ("post", "tickets/{ticket}/tags/", {}, "tags", 20),
        ("post", "notifications/mark_as_read/", {}, "ids", 100),
        ("patch", "support-profiles/{profile}/", {}, "websites", 1000),
        ("patch", "support-profiles/{profile}/", {}, "skills", 100),
        ("post", "business-calendars/", {"name": "N", "time_zone": "UTC", "hours": {}}, "holidays", 1000),
        ("post", "sla/policies/", {"name": "N", "targets": []}, "pause_on", 1000),
        ("post", "sla/policies/", {"name": "N", "targets": []}, "thresholds", 1000),
        ("post", "sla/policies/", {"name": "N"}, "targets", 1000),
    ]

    @pytest.fixture
    def places(self, ada):
        return {"ticket": make_ticket().pk, "profile": ada.support_profile.pk}

    @pytest.mark.parametrize(("method", "path", "facts", "name", "most"), LISTS)
    def test_one_item_too_many_names_the_list_alone(self, api, ira, places, method, path, facts, name, most):
        for count in (most + 1, 2_000):
            refused = api(ira).call(method, path.format(**places), **facts | {name: [{"x": []}] * count})
            assert list(problem(refused, 400, "invalid")["errors"]) == [name]

    @pytest.mark.parametrize(("method", "path", "facts", "name", "most"), LISTS)
    def test_wrong_items_are_not_all_repeated(self, api, ira, places, method, path, facts, name, most):
        refused = api(ira).call(method, path.format(**places), **facts | {name: [["x" * 40]] * most})
        assert refused.status_code == 400
        assert len(refused.json()["errors"]) <= 20
        assert len(refused.content) < 5_000

    def test_conditions_of_a_policy_are_counted(self, api, ira):
        facts = {"name": "N", "targets": [{"metric": "resolution", "minutes": 1}]}
        for key in ("type", "website", "tag", "priority"):
            refused = api(ira).post("sla/policies/", **facts, conditions={key: ["x"] * 101})
            problem(refused, 400, "too_many")

    def test_a_refusal_does_not_repeat_a_long_word(self, api, cleo):
        for facts in ({"priority": "x" * 900_000}, {"type": "x" * 900_000}, {"requester": "x" * 900_000}):
            refused = api(cleo).post("tickets/", subject="Hi", body="Hi", **facts)
            assert refused.status_code == 400
            assert len(refused.content) < 2_000

    @pytest.mark.parametrize("name", ["status", "priority", "channel"])
    def test_words_of_an_address_are_counted(self, api, ada, name):
        words = ",".join(["normal" if name == "priority" else "open"] * 21)
        assert name in problem(api(ada).get("tickets/", **{name: words}), 400, "invalid")["errors"]

    @pytest.mark.parametrize("signs", ["\u0315\u0327", "\u0f73", "\u1100\u1161\u11a8", "x"])
    @pytest.mark.parametrize("name", ["subject", "body", "type"])
    def test_a_text_longer_than_cleaning_can_mend_is_refused_as_it_came(self, api, cleo, signs, name, monkeypatch):
        facts = {"subject": "x", "body": "x", name: "a" + signs * (401_000 // len(signs))}
        raw, program, normalised = json.dumps(facts, ensure_ascii=False), api(cleo), []
        with monkeypatch.context() as patched:
            patched.setattr(unicodedata, "normalize", lambda form, value: normalised.append(len(value)) or value)
            refused = program.send("tickets/", raw)
        assert all(length < 100 for length in normalised)
        if len(raw.encode()) > settings.MAX_BODY_BYTES:
            problem(refused, 413, "too_large")
        else:
            assert name in problem(refused, 400, "too_long")["errors"]
