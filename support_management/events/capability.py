"""A verb of the desk."""

from collections.abc import Callable
from functools import wraps

from django.db import OperationalError, connection, transaction

from support_management.events.end_of_change import closing
from support_management.events.suppression import quietly

_TRIES = 3


def capability[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """One transaction, its own event and audit row, figures last; a deadlock is tried again."""

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
        with transaction.atomic(), quietly(), closing():
            return function(*args, **facts)

    return verb
