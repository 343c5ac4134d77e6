"""Responses of the console: pages, messages for success and refusal, access by role."""

import json
import re
from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from support_management.core import outcome
from support_management.core.errors import DeskError, NotAllowed
from support_management.people.suspension import require_not_suspended

FOR_THE_DESK = "The console is for support staff: agents, team leads and admins."
FOR_LEADS = "This page is for team leads and admins."
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
"""One slash, then neither slash nor backslash; browsers remove spaces and control characters before they check."""


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx or our own script sent the request: answer with a header or an element, not with a redirect."""
    return request.headers.get("HX-Request") == "true"


def page(request: HttpRequest, template: str, context: dict | None = None, *, status: int = 200) -> HttpResponse:
    """A whole page."""
    return render(request, template, context, status=status)


def succeeded(
    request: HttpRequest, text: str, *, to: str | None = None, clear: str | None = None, undo: dict | None = None
) -> HttpResponse:
    """The answer to a successful write: a message. The page itself is updated by the live stream.

    `clear`: the form to be emptied ("composer"). `to`: the redirect without JavaScript; default: the previous page.
    `undo`: as in `with_message`.
    """
    if is_htmx(request):
        return _with_event(HttpResponse(status=204), "said", {"text": text, "clear": clear, "undo": undo})
    messages.success(request, text)
    return see_other(to or back(request))


def refused(
    request: HttpRequest,
    error: DeskError,
    *,
    to: str | None = None,
    shown: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """The answer to a refused request: the reason. `shown` renders the form again, for browsers without JavaScript."""
    if is_htmx(request):
        return refusal(error)
    if request.method in ("GET", "HEAD"):
        return error_page(request, error.status, error.text)
    if shown:
        response = shown()
        response.status_code = error.status
        return response
    messages.error(request, error.text)
    return see_other(to or back(request))


def refusal(error: DeskError) -> HttpResponse:
    """The refusal for htmx: the message is in a header, nothing on the page is replaced."""
    response = HttpResponse(error.text, status=error.status, content_type="text/plain; charset=utf-8")
    response.headers["HX-Reswap"] = "none"
    detail = {"text": error.text, "code": error.code, "field": error.field}
    return _with_event(response, "refused", detail | {"version": _current_version(error)})


def _current_version(error: DeskError) -> int | None:
    """The current version after a stale write, so that the next attempt is based on it."""
    return getattr(error.current, "version", None) if error.code == "stale" else None


def error_page(request: HttpRequest, status: int, text: str, *, template: str = "", heading: str = "") -> HttpResponse:
    """An error page in the console's frame. `heading` replaces the default heading of the status."""
    request.is_error = True  # type: ignore[attr-defined]
    return render(
        request,
        ["errors/%s.html" % (template or status), "errors/other.html"],
        {"text": text, "status": status, "heading": heading},
        status=status,
    )


def see_other(to: str) -> HttpResponse:
    """Redirect after a POST (303)."""
    return HttpResponseRedirect(to, status=303)


def moved(request: HttpRequest, to: str) -> HttpResponse:
    """The answer at an earlier address of a page: its present one, with the same query (302)."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(safe_path(request, f"{to}?{query}") or to)


def redirected(request: HttpRequest, to: str) -> HttpResponse:
    """The answer to a successful write that leads to another page."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return see_other(to)


def safe_path(request: HttpRequest, address: str | None) -> str | None:
    """The path of an address of this host; None for other addresses and invalid text.

    Every address from a request is checked here. The path is checked as well: the path of
    `http://this.host//other.example/` is an address of the other host.
    """
    if not address or not url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return None
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if _OWN_PATH.fullmatch(path) else None


def wanted_path(request: HttpRequest) -> str | None:
    """The path in the parameter `next`, if it is on this host."""
    return safe_path(request, request.POST.get("next") or request.GET.get("next"))


def back(request: HttpRequest) -> str:
    """The previous page if it was on this host, else home."""
    return safe_path(request, request.headers.get("Referer")) or reverse("home")


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Redirect to the sign-in page, which leads back to the current page."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else back(request)
    query = "" if here == reverse("home") else "?" + urlencode({"next": here})
    response = HttpResponseRedirect(reverse("login") + query)
    if request.method not in SAFE_METHODS:
        response.headers[outcome.HEADER] = outcome.NO
    return response


def signed_in(view):
    """For every signed-in user."""
    return _guard(view, lambda user: True, "")


def desk_page(view):
    """For agents, leads and admins. A DeskError of the view becomes a refusal."""
    return _guard(view, lambda user: user.is_desk, FOR_THE_DESK)


def lead_page(view):
    """For leads and admins."""
    return _guard(view, lambda user: user.is_lead, FOR_LEADS)


def open_to_suspended(view):
    """A form that suspended agents may send as well: it is about nothing but themselves."""
    view.open_to_suspended = True
    return view


def _guard(view, may_enter, message):
    is_open = getattr(view, "open_to_suspended", False)

    def checked(request, *args, **kwargs):
        if request.method not in SAFE_METHODS and not is_open:
            require_not_suspended(request.user)
        return view(request, *args, **kwargs)

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not may_enter(request.user):
            return forbidden(request, message if request.user.is_desk else FOR_THE_DESK)
        return handles_refusals(checked)(request, *args, **kwargs)

    return guarded


def forbidden(request: HttpRequest, message: str) -> HttpResponse:
    """403 with a message that names the permitted roles."""
    if is_htmx(request):
        return refusal(NotAllowed("forbidden", message))
    return error_page(request, 403, message)


def handles_refusals(view):
    """Decorator: a DeskError of the view becomes `refused`."""

    @wraps(view)
    def handled(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except DeskError as error:
            return refused(request, error)

    return handled


def with_message(response: HttpResponse, text: str, *, done: bool, undo: dict | None = None) -> HttpResponse:
    """Add a message to a response that carries an element. `done`: whether anything was changed.

    `undo`: ids and address of the undo request, and for how many seconds it is offered.
    """
    return _with_event(response, "said" if done else "refused", {"text": text, "undo": undo})


def _with_event(response: HttpResponse, event: str, detail: dict) -> HttpResponse:
    fields = {name: value for name, value in detail.items() if value}
    response.headers["HX-Trigger"] = json.dumps({event: fields})
    return response
