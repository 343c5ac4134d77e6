"""What comes in must be JSON, and of a reasonable size and shape."""

import json

import pytest
from django.conf import settings

from tests.api.program import problem


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
