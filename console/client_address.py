"""The client's IP address, also behind our own reverse proxy."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The IP address of the client; None when the connection has none, such as a Unix socket.

    With an https:// PUBLIC_URL the product is behind a proxy: the last entry of X-Forwarded-For is the address which
    that proxy saw. Earlier entries can be forged by the client.
    """
    return _seen_by_proxy(request.META.get("HTTP_X_FORWARDED_FOR", "")) or _normalized(
        request.META.get("REMOTE_ADDR", "")
    )


def address_in_scope(scope: dict) -> str | None:
    """The same before there is a request."""
    forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    return _seen_by_proxy(forwarded.decode("latin-1")) or _normalized((scope.get("client") or [""])[0])


def _seen_by_proxy(forwarded: str) -> str | None:
    return _normalized(forwarded.rpartition(",")[2]) if settings.HTTPS else None


def _normalized(text: str) -> str | None:
    """The address in canonical form; None when the text is not an address."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return None if getattr(address, "scope_id", None) else str(getattr(address, "ipv4_mapped", None) or address)
