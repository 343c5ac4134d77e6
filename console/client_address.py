"""The client's IP address, also behind our own reverse proxy."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The IP address of the client; None when the connection has none, such as a Unix socket.

    With an https:// PUBLIC_URL the product is behind a proxy: the last entry of X-Forwarded-For is the address which
    that proxy saw. Earlier entries can be forged by the client.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] if settings.HTTPS else ""
    return _normalized(forwarded) or _normalized(request.META.get("REMOTE_ADDR", ""))


def _normalized(text: str) -> str | None:
    """The address in canonical form; None when the text is not an address."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return None if getattr(address, "scope_id", None) else str(getattr(address, "ipv4_mapped", None) or address)
