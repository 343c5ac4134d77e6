"""No person takes all threads of a web process: at most four of their requests run at once, the others wait.

Who sends a request is known before it runs: an answered request shows to whom its session or token belongs. Whatever
is not known yet counts for its address, so that made-up sessions get nobody a larger share.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256

from django.conf import settings
from django.http import HttpResponse, parse_cookie

from console.client_address import address_in_scope
from support_management.core import outcome

AT_ONCE = 4
MOST_WAITING = 100
"""Requests of a person that wait; further ones are refused."""
MOST_KNOWN = 20_000
HEALTH = ("/healthz", "/readyz")
"""Answered beside everything else, by threads of their own: they say what is wrong while all other requests wait."""


class TooManyWaiting(Exception):
    """The person has more requests waiting than anybody reads the answers of."""


class _Lane:
    """The requests of one person."""

    def __init__(self) -> None:
        self.inside = 0
        self.turns = asyncio.Semaphore(AT_ONCE)


class FairShare:
    """Used on the server's event loop; `learn` is called from its threads as well."""

    def __init__(self) -> None:
        self._lanes: dict[object, _Lane] = {}
        self._people: dict[bytes, int] = {}

    @asynccontextmanager
    async def turn(self, scope: dict) -> AsyncIterator[None]:
        """Wait until the sender of this request has less than four running. TooManyWaiting when many wait."""
        sender = self._sender(scope)
        lane = self._lanes.setdefault(sender, _Lane())
        if lane.inside >= AT_ONCE + MOST_WAITING:
            raise TooManyWaiting
        lane.inside += 1
        try:
            async with lane.turns:
                yield
        finally:
            lane.inside -= 1
            if not lane.inside:
                del self._lanes[sender]

    def learn(self, scope: dict, person: int | None) -> None:
        """The credential of this request belongs to this person; None: to nobody, or no longer."""
        credential = _credential(scope)
        if credential is None:
            return
        if person is None:
            self._people.pop(credential, None)
            return
        if len(self._people) >= MOST_KNOWN:
            self._people.clear()  # all are learned again
        self._people[credential] = person

    def _sender(self, scope: dict) -> object:
        if scope["path"] in HEALTH:
            return "health", address_in_scope(scope)
        credential = _credential(scope)
        person = self._people.get(credential) if credential else None
        return ("address", address_in_scope(scope)) if person is None else person


def _credential(scope: dict) -> bytes | None:
    """A digest of what identifies the sender: a bearer token on the API, else the session."""
    headers = dict(scope["headers"])
    token = headers.get(b"authorization", b"") if scope["path"].startswith("/api/") else b""
    cookies = parse_cookie(headers.get(b"cookie", b"").decode("latin-1"))
    secret = token or cookies.get(settings.SESSION_COOKIE_NAME, "").encode("latin-1", "replace")
    return sha256(secret).digest() if secret else None


def too_many_waiting(path: str) -> HttpResponse:
    """429, for programs and browsers; made without a request, since none of the threads is to be used for it."""
    from support_management.api import problems  # needs the app registry

    sentence = "Too many of your requests are waiting. Try again in a moment."
    if path.startswith("/api/"):
        return problems.problem(429, "throttled", sentence, headers={"Retry-After": "1"})
    headers = {"Retry-After": "1", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    headers[outcome.HEADER] = outcome.NO
    return HttpResponse(sentence, status=429, content_type="text/plain; charset=utf-8", headers=headers)
