"""Kinds of addresses in environment variables: hosts, web, mail, PostgreSQL, Redis. Passwords are never shown."""

import ipaddress
import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from console.environment import Kind, number

LONGEST_PORT = 5
NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?")


def _host(text: str) -> str:
    """A host name or an IP address; IPv6 without brackets."""
    bare = text[1:-1] if text[:1] + text[-1:] == "[]" else text
    if ":" in bare or re.fullmatch(r"[0-9.]+", bare):
        return str(ipaddress.ip_address(bare))
    if not NAME.fullmatch(bare) or ".." in bare:
        raise ValueError
    return bare


def bracketed(host: str) -> str:
    """The host as it is written in a URL."""
    return f"[{host}]" if ":" in host else host


def _allowed_host(text: str) -> str:
    if text.startswith("."):
        return f".{_host(text[1:])}"
    return bracketed(_host(text)).lower()


def _split(text: str, *schemes: str) -> SplitResult:
    """The parts of an address with one of these schemes and a host; the port is a number from 1 to 65535."""
    if not text.isprintable() or " " in text:
        raise ValueError
    url = urlsplit(text)
    if url.scheme not in schemes or url.port == 0:
        raise ValueError
    _host(url.hostname or "")
    return url


def _web_address(text: str) -> str:
    url = _split(text, "http", "https")
    if url.username is not None or url.path.strip("/") or url.query or url.fragment:
        raise ValueError
    usual = {"http": 80, "https": 443}[url.scheme]
    port = f":{url.port}" if url.port not in (None, usual) else ""
    return f"{url.scheme}://{bracketed(url.hostname or '')}{port}"


def _origin(text: str) -> str:
    """A web address; `*.` before the host stands for its subdomains."""
    scheme, wildcard, rest = text.partition("://*.")
    if not wildcard:
        return _web_address(text)
    return _web_address(f"{scheme}://{rest}").replace("://", "://*.", 1)


def _mail_address(text: str) -> str:
    """An address, alone or in angle brackets behind a name."""
    match = re.fullmatch(r"[^<>]*<(?P<named>[^<>]+)>|(?P<bare>[^<>]+)", text)
    address = match and (match["named"] or match["bare"])
    if not address or parseaddr(text)[1] != address or not text.isprintable():
        raise ValueError
    name, _, host = address.rpartition("@")
    if not re.fullmatch(r"[^@<>\s,;:()\[\]\\]+", name):
        raise ValueError
    _host(host)
    return text


@dataclass(frozen=True, slots=True)
class MailServer:
    host: str
    port: int | None
    username: str | None
    password: str | None
    use_tls: bool
    use_ssl: bool


def _mail_server(text: str) -> MailServer:
    url = _split(text, "smtp", "smtp+tls", "smtp+ssl")
    if url.path.strip("/") or url.query or url.fragment:
        raise ValueError
    username, password = (unquote(part) if part else None for part in (url.username, url.password))
    security = url.scheme.partition("+")[2]
    return MailServer(url.hostname or "", url.port, username, password, security == "tls", security == "ssl")


def _redis(text: str) -> str:
    url = _split(text, "redis", "rediss")
    if not re.fullmatch(r"/?|/[0-9]{1,6}", url.path) or url.fragment:
        raise ValueError
    options = [option.partition("=")[0] for option in url.query.split("&") if option]
    if any(url.scheme == "redis" or not option.startswith("ssl_") for option in options):
        raise ValueError
    return text


def _postgresql(text: str) -> dict[str, Any]:
    """The parts of an address as Django's DATABASES names them, split by PostgreSQL's own library."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    scheme, _, rest = text.partition("://")
    if scheme not in ("postgres", "postgresql") or not text.isprintable():
        raise ValueError
    authority, slash, path = rest.partition("/")
    user, at, host = authority.rpartition("@")
    try:
        parts = conninfo_to_dict(f"{scheme}://{user.replace('@', '%40')}{at}{host}{slash}{path}")
    except psycopg.Error:
        raise ValueError from None
    for port in filter(None, str(parts.get("port", "")).split(",")):
        number(1, 65535).parse(port)
    if not parts.get("dbname") and not parts.get("service"):
        raise ValueError
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    found = {name: str(parts.pop(part, "")) for name, part in names.items()}
    return {"ENGINE": "django.db.backends.postgresql"} | found | {"OPTIONS": parts}


def masked(address: str) -> str:
    """An address without user, password and options; a "port" that may be a password is left out too."""
    scheme, between, rest = address.partition("://")
    if not between:
        return address if "@" not in address else f"***@{address.rpartition('@')[2]}"
    rest, asks, _ = rest.partition("?")
    _, at, rest = rest.rpartition("@")
    host, slash, path = rest.partition("/")
    name, colon, port = host.rpartition(":")
    if colon and (not name or len(port) > LONGEST_PORT) and not host.endswith("]"):
        host = f"{name}:***"
    return f"{scheme}://{'***@' if at else ''}{host}{slash}{path}{'?***' if asks else ''}"


HOST = Kind("be a host name or an IP address without scheme and port", _host)
ALLOWED_HOST = Kind("name each host, such as desk.example", _allowed_host)
WEB_ADDRESS = Kind("be a web address like https://desk.example", _web_address, masked)
ORIGIN = Kind("name each origin, such as https://desk.example", _origin, masked)
MAIL_ADDRESS = Kind("be an address like Desk <desk@example.com>", _mail_address)
MAIL_SERVER = Kind(
    "be an address like smtp+tls://user:password@host:587 (or smtp://, smtp+ssl://)", _mail_server, masked
)
POSTGRESQL = Kind("be a PostgreSQL address like postgres://user:password@host:5432/name", _postgresql, masked)
REDIS = Kind("be a Redis address like redis://:password@host:6379/0 (or rediss://)", _redis, masked)
