"""Middleware: compression, permissions, request context, body limit, error pages, whether a write was stored."""

import logging
import uuid

from django.conf import settings
from django.middleware.gzip import GZipMiddleware
from django.urls import Resolver404, resolve
from django.utils import timezone

from console.client_address import address_of
from console.views import errors
from support_management.core import outcome
from support_management.core import request_context as context
from support_management.core.errors import SlowDown
from support_management.core.time import zone

log = logging.getLogger(__name__)


class CompressedPages(GZipMiddleware):
    """Compress HTML, padded at random by Django against BREACH. API answers, files and streams stay as they are."""

    def process_response(self, request, response):
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


def request_context(get_response):
    """Record user, IP address and entry point for the audit, and activate the person's time zone."""

    def middleware(request):
        request.request_id = uuid.uuid4().hex
        user = getattr(request, "user", None)
        context.begin(
            door=_door_of(request.path),
            request_id=request.request_id,
            ip=address_of(request),
            user_id=user.pk if user and user.is_authenticated else None,
        )
        with timezone.override(_zone_of(user)):
            response = get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def _door_of(path):
    if path.startswith("/api/"):
        return context.API
    return "admin" if path.startswith("/admin/") else "console"


def _zone_of(user):
    return zone(user.time_zone) if user and user.is_authenticated else None


def permissions_policy(get_response):
    """No page uses a camera, a place or another feature of the device, nor may a frame or script that got into one."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    return middleware


def body_limit(get_response):
    """Answer 413 to a body over MAX_BODY_BYTES before anything reads it."""

    def middleware(request):
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > settings.MAX_BODY_BYTES:
            return errors.too_large(request)
        return get_response(request)

    return middleware


def method_pages(get_response):
    """Give an empty 405 response a page with a link back."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or response.content or request.path.startswith("/api/"):
            return response
        page = errors.not_allowed(request, way=_page_above(request.path))
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def _page_above(path):
    """The nearest parent page of an address: the ticket's page for /tickets/T-1/reply/."""
    while path.count("/") > 1:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return "/"


class TooManyAttempts:
    """Answer 429 with Retry-After wherever a password is checked or set too often."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, SlowDown):
            return None
        return errors.too_many(request, wait=exception.wait, text=exception.text)


def write_outcome(get_response):
    """Say in the header of an answer to a write whether it stored something: an answer of a proxy does not say it."""

    def middleware(request):
        outcome.begin()
        response = get_response(request)
        if request.method not in errors.SAFE:
            response.headers.setdefault(outcome.HEADER, outcome.of_answer(response.status_code))
        return response

    return middleware


class DatabaseUnavailable:
    """Answer 503 with Retry-After when the database is unavailable or overloaded."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            return self.get_response(request)
        except errors.STORAGE_ERRORS as error:
            return self._unavailable(request, error)

    def process_exception(self, request, exception):
        if isinstance(exception, errors.STORAGE_ERRORS):
            return self._unavailable(request, exception)
        return None

    def _unavailable(self, request, error):
        log.warning("storage trouble: %s", error)
        return errors.unavailable(request, error)
