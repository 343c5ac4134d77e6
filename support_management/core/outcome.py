"""Whether a request that failed may have stored something. Only a failure before its first COMMIT proves that not.

An error during COMMIT leaves that open: the server may have stored it, and only its answer was lost.
"""

from collections.abc import Iterator
from contextvars import ContextVar
from http import HTTPStatus
from traceback import walk_tb

from django.db import InterfaceError, OperationalError
from django.db.transaction import Atomic

HEADER = "Desk-Stored"
"""In each answer of the console to a write. An answer without it came from a proxy and proves nothing."""
YES, NEVER, NO, UNKNOWN = "yes", "never", "no", "unknown"
"""Stored; nothing was ever stored under the key; nothing by this request; not known."""
_ROLLED_BACK, _COMPLETION_UNKNOWN = "40", "40003"
_SQLITE_UNDONE = frozenset({5, 6, 13})
"""SQLITE_BUSY, SQLITE_LOCKED and SQLITE_FULL: nothing of the transaction is in the file."""
_stored: ContextVar[bool] = ContextVar("stored", default=False)
_of_key: ContextVar[str] = ContextVar("of_key", default=NO)


def begin() -> None:
    """A new request: nothing is stored yet, and no key was looked up."""
    _stored.set(False)
    _of_key.set(NO)


def note_stored() -> None:
    """Called after each COMMIT of a change."""
    _stored.set(True)


def note_key(stored: str) -> None:
    """What was stored under the request's one-time key before: YES, NEVER, or UNKNOWN while another request has it."""
    _of_key.set(stored)


def of_answer(status: int) -> str:
    """The header of an answer with this status to the present request."""
    if status < HTTPStatus.BAD_REQUEST:
        return YES
    return UNKNOWN if _stored.get() else _of_key.get()


def may_have_stored(error: BaseException | None) -> bool:
    """Whether the request that ended with this error, or one on the way to it, may have changed something."""
    return _stored.get() or any(map(_at_commit, _chain(error)))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that it happened on: a lost connection fails a second time when it is opened again."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _at_commit(error: BaseException) -> bool:
    """Whether it was raised by the end of an outermost transaction whose block had succeeded."""
    if not isinstance(error, OperationalError | InterfaceError) or _proves_rollback(error.__cause__):
        return False
    ends = [frame.f_locals for frame, _ in walk_tb(error.__traceback__) if frame.f_code is Atomic.__exit__.__code__]
    return any(end["exc_type"] is None and end.get("sid") is None for end in ends)


def _proves_rollback(cause: BaseException | None) -> bool:
    """Whether the database itself said that nothing of the transaction is left."""
    state = getattr(cause, "sqlstate", None) or ""
    if state.startswith(_ROLLED_BACK):
        return state != _COMPLETION_UNKNOWN
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNDONE
