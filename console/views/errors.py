"""Error pages; API clients get the same text as a problem document."""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout

from console.responses import error_page, is_htmx, refusal
from support_management.api import problems
from support_management.api.base import KEY_HEADER
from support_management.core import outcome
from support_management.core.errors import DeskError

STORAGE_ERRORS = (OperationalError, InterfaceError, PoolTimeout)
RETRY_AFTER_SECONDS = "5"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods of requests that change nothing."""
SENTENCES = {
    400: "The server could not understand this request.",
    403: "You don't have permission for this.",
    404: "This page does not exist or you don't have access to it.",
    405: "This address only accepts form submissions. Nothing was changed.",
    413: f"The request is too large. The limit is {settings.MAX_BODY_BYTES // 1024} KiB.",
    429: "Too many attempts. Wait a moment, then try again.",
    500: "Something went wrong on our side. Nothing was changed.",
    503: "The database is not responding. Nothing was changed; try again in a moment.",
}
HEADINGS = {
    400: "Bad request",
    413: "Request too large",
    500: "Something went wrong",
    503: "Temporarily unavailable",
}
"""Pages for these need neither a user, a database nor a valid host name."""
CAN_BE_REPEATED = (500, 503)
"""Pages for these offer to send the form again, under the same key."""
CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "not_allowed",
    413: "too_large",
    429: "slow_down",
    500: "broken",
}
NOT_KNOWN = "It is not known whether this was saved."
STALE_PAGE = "This page has expired. Reload it, then try again."


def bad_request(request, exception=None):
    return too_large(request) if isinstance(exception, RequestDataTooBig) else answer(request, 400)


def permission_denied(request, exception=None):
    return answer(request, 403, str(exception or ""))


def not_found(request, exception=None):
    return answer(request, 404)


def not_allowed(request, *, way: str):
    """`way`: the address of the page that has the form for this address."""
    request.way_back = way
    return answer(request, 405)


def csrf_failure(request, reason=""):
    """The form had no valid CSRF token: an old page, a new sign-in, or another site."""
    return answer(request, 403, STALE_PAGE, template="csrf", code="csrf")


def too_large(request):
    return answer(request, 413)


def too_many(request, *, wait: int, text: str = ""):
    """`wait`: seconds until the next attempt can succeed."""
    response = answer(request, 429, text)
    response.headers["Retry-After"] = str(wait)
    return response


def unavailable(request, error: BaseException | None = None):
    """The database is unavailable or overloaded: 503 with Retry-After. `error`: what the request ended with."""
    response = _failed(request, 503, "unavailable", error)
    response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def broken(request):
    """A bug, or a storage error raised outside of the view."""
    error = sys.exc_info()[1]
    if isinstance(error, STORAGE_ERRORS):
        return unavailable(request, error)
    return _failed(request, 500, CODES[500], error)


def _failed(request: HttpRequest, status: int, code: str, error: BaseException | None) -> HttpResponse:
    """The answer to a request that the server could not finish: "nothing was changed" only where that is proved."""
    if request.method in SAFE or not outcome.may_have_stored(error):
        return answer(request, status, code=code)
    response = answer(request, status, f"{NOT_KNOWN} {_remedy(request)}", code="outcome_unknown")
    response.headers[outcome.HEADER] = outcome.UNKNOWN
    return response


def _remedy(request: HttpRequest) -> str:
    if request.headers.get(KEY_HEADER):
        return f"Send it again with the same {KEY_HEADER}."
    if request.path.startswith("/api/") or not _keyed_form(request):
        return "Check whether it is there before you send it again."
    return "Send it again: it is not saved twice."


def _keyed_form(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form that acts once per key; empty for other requests."""
    try:
        fields = request.POST
    except (SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return []
    return [(name, value) for name in fields for value in fields.getlist(name)] if fields.get("key") else []


def answer(request: HttpRequest, status: int, text: str = "", *, template: str = "", code: str = "") -> HttpResponse:
    """The same text as a page, as a header for htmx, or as a problem document for API clients."""
    text = text or SENTENCES[status]
    code = code or CODES[status]
    if request.path.startswith("/api/"):
        return problems.problem(status, code, text)
    if is_htmx(request):
        error = DeskError(code, text)
        error.status = status
        return refusal(error)
    return _page(request, status, text, template)


def _page(request: HttpRequest, status: int, text: str, template: str) -> HttpResponse:
    if status in HEADINGS:
        fields = _keyed_form(request) if status in CAN_BE_REPEATED else []
        context = {"status": status, "heading": HEADINGS[status], "text": text, "fields": fields}
        html = render_to_string("errors/bare.html", context)
        return HttpResponse(html, status=status)
    return error_page(request, status, text, template=template)
