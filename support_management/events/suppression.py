"""Suppression of RecordChanged inside capabilities and handlers, whose own events describe the change."""

from contextlib import contextmanager
from contextvars import ContextVar

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


def is_quiet() -> bool:
    return _quiet.get()


@contextmanager
def quietly():
    """Writes inside publish no RecordChanged: they are part of a change with its own event."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)
