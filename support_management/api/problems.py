"""Errors as RFC 9457 problem documents: a sentence for people, a code for programs, errors per field."""

import json
import math
from http import HTTPStatus
from itertools import islice

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404, HttpResponse
from rest_framework import exceptions
from rest_framework.views import set_rollback

from support_management.core.errors import Conflict, DeskError, SlowDown

MEDIA_TYPE = "application/problem+json"
GENERAL = "non_field_errors"
NOT_FOUND = "This does not exist or you don't have access to it."
_MOST_ERRORS = 20
_LONGEST_SENTENCE = 300
"""Some sentences repeat what was sent."""
_SENTENCES = {
    "not_authenticated": "Sign in, or send a token: Authorization: Bearer <token>.",
    "csrf": "The CSRF token is missing or wrong. Send it in the header X-CSRFToken.",
    "throttled": "Too many requests. Wait, then try again.",
}


def problem_response(error: Exception, context: dict) -> HttpResponse | None:
    """DRF's exception handler. None for unexpected errors, which the server answers without details."""
    set_rollback()
    if isinstance(error, DeskError):
        return _of_desk_error(error, context["view"])
    if isinstance(error, Http404):
        error = exceptions.NotFound(NOT_FOUND)
    if isinstance(error, DjangoPermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.ValidationError):
        errors = _by_field(error.detail)
        return problem(400, "invalid", _summary(errors), errors=errors)
    if isinstance(error, exceptions.APIException):
        return _of_api_exception(error)
    return None


def problem(status: int, code: str, detail: str, *, headers: dict | None = None, **extra) -> HttpResponse:
    """A problem document. ASCII-encoded, so that no character of a refused input can break it."""
    members = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body = json.dumps(members | {"code": code} | extra)
    return HttpResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def _of_desk_error(error: DeskError, view) -> HttpResponse:
    extra = dict(error.extra)
    if error.field:
        extra["errors"] = {getattr(view, "field_names", {}).get(error.field, error.field): [error.text]}
    if isinstance(error, Conflict):
        current = view.current(error)
        extra |= {"current": current} if current else {}
    headers = {"Retry-After": str(error.wait)} if isinstance(error, SlowDown) else None
    return problem(error.status, error.code, error.text, headers=headers, **extra)


def _of_api_exception(error: exceptions.APIException) -> HttpResponse:
    code = error.get_codes()
    code = code if isinstance(code, str) else error.default_code
    detail = str(error.detail)
    if detail.startswith("CSRF Failed"):
        code = "csrf"
    headers = {}
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(math.ceil(getattr(error, "wait", None) or 1))
    return problem(error.status_code, code, _SENTENCES.get(code, detail), headers=headers)


def _by_field(detail, at: str = "") -> dict[str, list[str]]:
    """Messages by the path of their field, such as `tags.2`."""
    if isinstance(detail, dict):
        parts = list(detail.items())
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        parts = list(enumerate(detail))
    else:
        sentences = detail if isinstance(detail, list) else [detail]
        return {at or GENERAL: [str(item)[:_LONGEST_SENTENCE] for item in sentences[:_MOST_ERRORS]]}
    messages: dict[str, list[str]] = {}
    for name, inner in parts:
        path = at if name == GENERAL else f"{at}.{name}" if at else str(name)
        messages |= _by_field(inner, path) if inner else {}
        if len(messages) >= _MOST_ERRORS:
            break
    return dict(islice(messages.items(), _MOST_ERRORS))


def _summary(errors: dict[str, list[str]]) -> str:
    name, sentences = next(iter(errors.items()))
    return sentences[0] if name == GENERAL else f"{name}: {sentences[0]}"
