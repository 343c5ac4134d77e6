"""How the console answers: a page, a sentence for what was done, a sentence for what was refused, the doors by role."""

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

from support_management.core.errors import DeskError, NotAllowed

FOR_THE_DESK = "The console is for support staff: agents, team leads and admins."
FOR_LEADS = "This page is for team leads and admins."
_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")
"""One slash, then no second one of either kind; browsers drop blanks and controls before they look for it."""


def is_htmx(request: HttpRequest) -> bool:
    """Asked by htmx or by our own script: answer with a header or an element, not with a redirect."""
    return request.headers.get("HX-Request") == "true"


def page(request: HttpRequest, template: str, context: dict | None = None, *, status: int = 200) -> HttpResponse:
    """A whole page."""
    return render(request, template, context, status=status)


def said(request: HttpRequest, text: str, *, to: str | None = None, clear: str | None = None) -> HttpResponse:
    """It was done. The page itself follows by the live stream, as everybody's does.

    `clear`: the form that may forget what was typed ("composer"). `to`: where to without JavaScript; else back.
    """
    if is_htmx(request):
        return _with_word(HttpResponse(status=204), "said", {"text": text, "clear": clear})
    messages.success(request, text)
    return see_other(to or back(request))


def refused(
    request: HttpRequest,
    error: DeskError,
    *,
    to: str | None = None,
    shown: Callable[[], HttpResponse] | None = None,
) -> HttpResponse:
    """It was not done, and why. `shown` makes the page with what was typed, for browsers without JavaScript."""
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
    """The answer to htmx: the sentence is in the header, nothing on the page is replaced."""
    response = HttpResponse(error.text, status=error.status, content_type="text/plain; charset=utf-8")
    response.headers["HX-Reswap"] = "none"
    facts = {"text": error.text, "code": error.code, "field": error.field}
    return _with_word(response, "refused", facts | {"version": _told_of(error)})


def _told_of(error: DeskError) -> int | None:
    """The version that the sentence brings the person up to, so that pressing again is about that one."""
    return getattr(error.current, "version", None) if error.code == "stale" else None


def error_page(request: HttpRequest, status: int, text: str, *, template: str = "", heading: str = "") -> HttpResponse:
    """A status in the console's look. `heading`: instead of the one of this status."""
    return render(
        request,
        ["errors/%s.html" % (template or status), "errors/other.html"],
        {"text": text, "status": status, "heading": heading},
        status=status,
    )


def see_other(to: str) -> HttpResponse:
    """After a POST: look there."""
    return HttpResponseRedirect(to, status=303)


def went(request: HttpRequest, to: str) -> HttpResponse:
    """It was done, and what it led to is another page."""
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return see_other(to)


def safe_path(request: HttpRequest, address: str | None) -> str | None:
    """The path of an address of this host; None for any other, also for what is no address at all.

    The only door for addresses that a request brings along. The path itself is checked too: of
    `http://this.host//other.example/` it is an address of the other host.
    """
    if not address or not url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return None
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return path if _OWN_PATH.fullmatch(path) else None


def wanted_path(request: HttpRequest) -> str | None:
    """Where `next` asks to go, if that is ours."""
    return safe_path(request, request.POST.get("next") or request.GET.get("next"))


def back(request: HttpRequest) -> str:
    """The page the person came from, if it was ours."""
    return safe_path(request, request.headers.get("Referer")) or reverse("home")


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back to where the person was."""
    here = request.get_full_path() if request.method in ("GET", "HEAD") else back(request)
    query = "" if here == reverse("home") else "?" + urlencode({"next": here})
    return HttpResponseRedirect(reverse("login") + query)


def signed_in(view):
    """For everybody who has an account."""
    return _door(view, lambda user: True, "")


def desk_page(view):
    """For agents, leads and admins. A refusal from inside is told in words, by whichever road the request came."""
    return _door(view, lambda user: user.is_desk, FOR_THE_DESK)


def lead_page(view):
    """For leads and admins."""
    return _door(view, lambda user: user.is_lead, FOR_LEADS)


def _door(view, may_enter, sentence):
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return to_sign_in(request)
        if not may_enter(request.user):
            return forbidden(request, sentence if request.user.is_desk else FOR_THE_DESK)
        return tells_refusals(view)(request, *args, **kwargs)

    return guarded


def forbidden(request: HttpRequest, sentence: str) -> HttpResponse:
    """403 that says for whom the place is."""
    if is_htmx(request):
        return refusal(NotAllowed("forbidden", sentence))
    return error_page(request, 403, sentence)


def tells_refusals(view):
    """A DeskError that a view does not handle itself becomes `refused`."""

    @wraps(view)
    def told(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except DeskError as error:
            return refused(request, error)

    return told


def with_sentence(response: HttpResponse, text: str, *, done: bool, undo: dict | None = None) -> HttpResponse:
    """An answer that brings an element, and the sentence beside it: what was done, or that nothing was.

    `undo`: what to send where to take it back, and for how many seconds that is offered.
    """
    return _with_word(response, "said" if done else "refused", {"text": text, "undo": undo})


def _with_word(response: HttpResponse, event: str, detail: dict) -> HttpResponse:
    facts = {name: value for name, value in detail.items() if value}
    response.headers["HX-Trigger"] = json.dumps({event: facts})
    return response
