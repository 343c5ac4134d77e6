"""Strict JSON parser."""

import json
import math
import re
from itertools import islice

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_DEPTH = 50
MAX_VALUES = 10_000
"""Items of lists and fields of objects in a whole body: counted before any of them is made."""
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


class TooLarge(APIException):
    """The body is larger than MAX_BODY_BYTES (413)."""

    status_code = 413
    default_code = "too_large"

    def __init__(self):
        super().__init__(f"The body is too large. Send at most {settings.MAX_BODY_BYTES // 1024} KiB.")


class StrictJSONParser(BaseParser):
    """Refuses bad UTF-8, NaN and Infinity, a key twice in one object, too many values and too deep nesting."""

    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        body = stream.read(settings.MAX_BODY_BYTES + 1)
        if len(body) > settings.MAX_BODY_BYTES:
            raise TooLarge
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.", code="not_utf8") from None
        _check_structure(_STRING.sub("", text))
        return _read(text)


def _read(text: str):
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        detail = str(error) if isinstance(error, json.JSONDecodeError | _InvalidJSON) else "a number is too long"
        raise ParseError(f"The body is not JSON: {detail}.", code="not_json") from None


def _check_structure(signs: str) -> None:
    """ParseError for a text without its strings that is nested too deep or holds too many values."""
    depth = 0
    for bracket in islice(_BRACKET.finditer(signs), 2 * MAX_VALUES):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_DEPTH:
            raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.", code="too_deep")
    if signs.count(",") + signs.count("[") + signs.count("{") > MAX_VALUES:
        raise ParseError(f"The body holds more than {MAX_VALUES} values.", code="too_many")


class _InvalidJSON(ValueError):
    pass


def _no_constant(word: str):
    raise _InvalidJSON(f"{word} is not a number")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _InvalidJSON("a number is too large")
    return number


def _object(pairs: list[tuple[str, object]]) -> dict:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _InvalidJSON("a key is used twice in one object")
    return members
