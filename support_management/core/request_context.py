"""Context of the current request or task for the audit: entry point, request id, IP address and user."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

API, SIMULATOR, SHOP = "api", "simulator", "shop"


@dataclass(frozen=True, slots=True)
class Door:
    """The entry point of a change: console, api, simulator or shop (both by the API), admin, task or shell."""

    door: str = "shell"
    request_id: str = ""
    ip: str | None = None
    user_id: int | None = None


_current: ContextVar[Door] = ContextVar("door", default=Door())  # noqa: B039  (frozen)


def begin(**fields) -> None:
    """Set the context for the rest of this request or task."""
    _current.set(Door(**fields))


def current() -> Door:
    return _current.get()


@contextmanager
def as_system() -> Iterator[None]:
    """Follow-up of a change by the system: same request and entry point, no user and no IP address."""
    door = _current.get()
    token = _current.set(Door(door=door.door, request_id=door.request_id))
    try:
        yield
    finally:
        _current.reset(token)
