"""Which origins may open a socket: the console's own, including its port, and CSRF_TRUSTED_ORIGINS."""

from urllib.parse import urlsplit

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import split_domain_port, validate_host

_PORTS = {"http": 80, "https": 443}


class RefusedHandshake(AsyncWebsocketConsumer):
    """Refuses the handshake."""

    channel_layer_alias = "none"

    async def connect(self):
        await self.close()


def is_ours(scope) -> bool:
    """Whether the handshake comes from a page of an allowed origin. A missing or "null" origin is not allowed."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1").lower()
    domain, _ = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    scheme = "https" if _is_secure(scope, headers) else "http"
    allowed = {_parts(f"{scheme}://{host}"), *(_parts(trusted) for trusted in settings.CSRF_TRUSTED_ORIGINS)}
    return _parts(origin) in allowed - {None}


def _is_secure(scope, headers) -> bool:
    name, value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
    forwarded = headers.get(name.removeprefix("HTTP_").replace("_", "-").lower().encode(), b"").decode("latin-1")
    return scope.get("scheme") == "wss" or bool(name and forwarded == value)


def _parts(origin: str) -> tuple[str, str, int] | None:
    try:
        url = urlsplit(origin)
        port = url.port or _PORTS.get(url.scheme)
    except ValueError:
        return None
    is_origin = url.path == "" and not (url.query or url.fragment or url.username)
    return (url.scheme, url.hostname, port) if is_origin and url.hostname and port else None
