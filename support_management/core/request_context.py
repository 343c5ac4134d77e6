"""Who is at the door: ip, request id and door for the audit, set once at every entrance."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Door:
    """Where a change came in: console, api, admin, task or shell."""

    door: str = "shell"
    request_id: str = ""
    ip: str | None = None
    user_id: int | None = None


_current: ContextVar[Door] = ContextVar("door", default=Door())  # noqa: B039  (frozen)


def begin(**facts) -> None:
    """Everything from here on in this request or task came through this door."""
    _current.set(Door(**facts))


def current() -> Door:
    return _current.get()


@contextmanager
def by_nobody() -> Iterator[None]:
    """What the system does after somebody's change: the same request, but not that person's deed."""
    door = _current.get()
    token = _current.set(Door(door=door.door, request_id=door.request_id))
    try:
        yield
    finally:
        _current.reset(token)
