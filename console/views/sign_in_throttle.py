"""Wrong passwords are slowed down per name and address: guessing ends, nobody can shut a colleague out from afar."""

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

from console.client_address import address_of

LIMIT = 10
WINDOW_SECONDS = 300


def too_many(request: HttpRequest) -> bool:
    """Whether this name has failed too often from this address lately. The right password waits too."""
    return cache.get(_key(request), 0) >= LIMIT


def failed(request: HttpRequest) -> None:
    """One more. The window begins with the first."""
    key = _key(request)
    if not cache.add(key, 1, WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two calls
            cache.set(key, 1, WINDOW_SECONDS)


def forget(request: HttpRequest) -> None:
    """The right password came."""
    cache.delete(_key(request))


def _key(request: HttpRequest) -> str:
    who = f"{request.POST.get('username', '').strip().lower()}|{address_of(request) or ''}"
    return "sign-in-" + sha256(who.encode("utf-8", "replace")).hexdigest()
