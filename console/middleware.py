"""What happens around every request."""

import logging
import uuid

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone

from console.client_address import address_of
from console.views import errors
from support_management.core import request_context as context
from support_management.core.time import zone

log = logging.getLogger(__name__)


def request_context(get_response):
    """Who is at the door, for the audit; times in the person's own zone."""

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
        return "api"
    return "admin" if path.startswith("/admin/") else "console"


def _zone_of(user):
    return zone(user.time_zone) if user and user.is_authenticated else None


def body_limit(get_response):
    """A body over the limit is refused before anything reads it."""

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
    """A method that an address does not take is answered by a page with a way back, not by an empty one."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or response.content or request.path.startswith("/api/"):
            return response
        page = errors.not_allowed(request, way=_page_above(request.path))
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware


def _page_above(path):
    """The nearest page to which an address belongs: of /tickets/T-1/reply/ the ticket's."""
    while path.count("/") > 1:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return "/"


class DatabaseUnavailable:
    """A database that is away or overloaded is a 503 with Retry-After, never a 500 or a hang."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            return self.get_response(request)
        except errors.STORAGE_TROUBLE as trouble:
            return self._unavailable(request, trouble)

    def process_exception(self, request, exception):
        if isinstance(exception, errors.STORAGE_TROUBLE):
            return self._unavailable(request, exception)
        return None

    def _unavailable(self, request, trouble):
        log.warning("storage trouble: %s", trouble)
        return errors.unavailable(request)
