"""Context of the current request or task for the audit: entry point, request id, IP address, user, actor and cause."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

API, SIMULATOR, SHOP = "api", "simulator", "shop"


@dataclass(frozen=True, slots=True)
class Door:
    """The entry point of a change: console, api, simulator or shop (both by the API), admin, task or shell.

    `cause`: what it comes from where that is no request, such as a task or a rule.
    """

    door: str = "shell"
    request_id: str = ""
    ip: str | None = None
    user_id: int | None = None
    cause: str = ""


_current: ContextVar[Door] = ContextVar("door", default=Door())  # noqa: B039  (frozen)
_actor: ContextVar[tuple[int | None] | None] = ContextVar("actor", default=None)
"""The actor that a capability names; None where none does: then it is the user of the context."""


def begin(**fields) -> None:
    """Set the context for the rest of this request or task."""
    _current.set(Door(**fields))
    _actor.set(None)


def current() -> Door:
    return _current.get()


def writer() -> tuple[int | None, str, str, str]:
    """Who writes just now: id of the actor (None: the system), door, request id, cause."""
    door, actor = _current.get(), _actor.get()
    return door.user_id if actor is None else actor[0], door.door, door.request_id, door.cause


@contextmanager
def acting(by) -> Iterator[None]:
    """What is written within is done by this user, or by the system (None)."""
    token = _actor.set((getattr(by, "pk", None),))
    try:
        yield
    finally:
        _actor.reset(token)


@contextmanager
def because_of(cause: str) -> Iterator[None]:
    """What is written within has this cause."""
    token = _current.set(replace(_current.get(), cause=cause))
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def as_system() -> Iterator[None]:
    """Follow-up of a change by the system: same request and entry point, no user and no IP address."""
    door = _current.get()
    token = _current.set(Door(door=door.door, request_id=door.request_id, cause=door.cause))
    actor = _actor.set(None)
    try:
        yield
    finally:
        _actor.reset(actor)
        _current.reset(token)
