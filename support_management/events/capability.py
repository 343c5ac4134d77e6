"""Decorators for the two kinds of domain writes, and the transaction of a capability.

A capability publishes its own events; its row writes publish none. A recorded write has no event of its own: each
row that it writes publishes RecordChanged, and writes.py updates derived state.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps

from django.db import OperationalError, connection, transaction

from support_management.core import request_context
from support_management.events.end_of_change import closing
from support_management.events.suppression import quietly

_ATTEMPTS = 3


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One transaction whose writes publish no RecordChanged; steps registered with `at_close` run at its end."""
    with transaction.atomic(), quietly(), closing():
        yield


def capability[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A unit of work with its own event and audit row. After a deadlock it is retried, up to three attempts in all."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(_ATTEMPTS - 1):
            try:
                return attempt(*args, **kwargs)
            except OperationalError as error:
                if connection.in_atomic_block or "deadlock" not in str(error):
                    raise
        return attempt(*args, **kwargs)

    @wraps(function)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> R:
        with _actor(kwargs), unit_of_work():
            return function(*args, **kwargs)

    return run


def _actor(kwargs: dict) -> AbstractContextManager:
    """Rows that are written within are audited as written by the `by` of the call."""
    return request_context.acting(kwargs["by"]) if "by" in kwargs else nullcontext()


def recorded_write[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A transaction in which each write of a live row publishes RecordChanged; writes.py updates derived state."""

    @wraps(function)
    def write(*args: P.args, **kwargs: P.kwargs) -> R:
        with _actor(kwargs), transaction.atomic():
            return function(*args, **kwargs)

    return write
