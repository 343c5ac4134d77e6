"""From where a request comes, also when a proxy of ours stands in between."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The address of the person's machine; None for a door without one, such as a socket file.

    With an https:// address of its own the desk stands behind a proxy: the last entry of X-Forwarded-For is what that
    proxy has seen. Whatever stands before it anybody may have written.
    """
    told = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] if settings.HTTPS else ""
    return _sound(told) or _sound(request.META.get("REMOTE_ADDR", ""))


def _sound(text: str) -> str | None:
    """The one way to write it; None for what is no address."""
    try:
        found = ip_address(text.strip())
    except ValueError:
        return None
    return None if getattr(found, "scope_id", None) else str(getattr(found, "ipv4_mapped", None) or found)
