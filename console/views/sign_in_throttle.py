"""Limits failed sign-ins per user name and IP address, so that nobody can lock a colleague out from elsewhere."""

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

from console.client_address import address_of

LIMIT = 10
WINDOW_SECONDS = 300


def too_many(request: HttpRequest) -> bool:
    """Whether this name has failed too often from this address. The right password is refused as well."""
    return cache.get(_key(request), 0) >= LIMIT


def failed(request: HttpRequest) -> None:
    """Count a failure. The window begins with the first one."""
    key = _key(request)
    if not cache.add(key, 1, WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # it expired between the two calls
            cache.set(key, 1, WINDOW_SECONDS)


def forget(request: HttpRequest) -> None:
    """Reset the count after a successful sign-in."""
    cache.delete(_key(request))


def _key(request: HttpRequest) -> str:
    identity = f"{request.POST.get('username', '').strip().lower()}|{address_of(request) or ''}"
    return "sign-in-" + sha256(identity.encode("utf-8", "replace")).hexdigest()
