"""Cookies under an https:// address have the prefix `__Host-`, so that no other host of the domain can set them.

Those of earlier versions had no prefix. They are read once, so that nobody is signed out: the first request with one
moves the session to the new name. A session that was moved, or began under the new name, is not found by the old one.
"""

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware

from support_management.core.time import now

PREFIX = "__Host-"
MARK = "host_cookie"
"""In the session: the second in which it moved to the new name; 0 when it began under it."""
MOVING_SECONDS = 60
"""Other requests of the same browser were on their way when the first one was answered."""


def earlier_name(name: str) -> str:
    """The name without the prefix; empty when it has none."""
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else ""


class HostSessionMiddleware(SessionMiddleware):
    """Django's sessions, with the cookies of earlier versions."""

    def process_request(self, request):
        super().process_request(request)
        earlier = earlier_name(settings.SESSION_COOKIE_NAME)
        if earlier and settings.SESSION_COOKIE_NAME not in request.COOKIES and earlier in request.COOKIES:
            self._move(request, request.COOKIES[earlier])

    def process_response(self, request, response):
        session = getattr(request, "session", None)
        if session is None or not earlier_name(settings.SESSION_COOKIE_NAME):
            return super().process_response(request, response)
        if session.modified and not session.is_empty() and MARK not in session:
            session[MARK] = 0
        response = super().process_response(request, response)
        for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
            if earlier_name(name) in request.COOKIES and response.status_code < 500:
                response.delete_cookie(earlier_name(name))
        return response

    def _move(self, request, key: str) -> None:
        session, second = self.SessionStore(key), int(now().timestamp())
        since = session.get(MARK)
        if session.is_empty() or (since is not None and second - since > MOVING_SECONDS):
            return
        session[MARK] = second if since is None else since
        request.session = session
        token = request.COOKIES.get(earlier_name(settings.CSRF_COOKIE_NAME))
        if token and settings.CSRF_COOKIE_NAME not in request.COOKIES:
            request.COOKIES[settings.CSRF_COOKIE_NAME] = token
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
