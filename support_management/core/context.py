"""Who is at the door: ip, request id and door for the audit, set once at every entrance."""

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
