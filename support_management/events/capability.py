"""The two kinds of write that the domain has, and the transaction of the first kind.

A capability publishes events of its own; its writes are suppressed as events. A recorded write has no event of its
own: each row that it writes publishes RecordChanged, and writes.py follows.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.db import OperationalError, connection, transaction

from support_management.events.end_of_change import closing
from support_management.events.suppression import quietly

_TRIES = 3


@contextmanager
def unit_of_work() -> Iterator[None]:
    """One transaction whose writes publish no RecordChanged; the figures of people are written at its end."""
    with transaction.atomic(), quietly(), closing():
        yield


def capability[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A unit of work with its own event and audit row. After a deadlock it is tried again, three times in all."""

    @wraps(function)
    def verb(*args: P.args, **facts: P.kwargs) -> R:
        for _ in range(_TRIES - 1):
            try:
                return once(*args, **facts)
            except OperationalError as error:
                if connection.in_atomic_block or "deadlock" not in str(error):
                    raise
        return once(*args, **facts)

    @wraps(function)
    def once(*args: P.args, **facts: P.kwargs) -> R:
        with unit_of_work():
            return function(*args, **facts)

    return verb


def recorded_write[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """A transaction in which every write of a live row publishes RecordChanged, and writes.py brings the rest along."""

    @wraps(function)
    def write(*args: P.args, **facts: P.kwargs) -> R:
        with transaction.atomic():
            return function(*args, **facts)

    return write
