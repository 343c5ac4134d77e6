"""The refusal that a test expects: its code, its class and, where given, its field and its sentence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from support_management.core.errors import DeskError

ANY_FIELD = "any field"


@contextmanager
def refused(
    code: str, kind: type[DeskError] = DeskError, *, field: str | None = ANY_FIELD, match: str | None = None
) -> Iterator[pytest.ExceptionInfo[DeskError]]:
    """The block is refused with this code. `field=None` says that the refusal is about no field."""
    with pytest.raises(kind, match=match) as refusal:
        yield refusal
    assert refusal.value.code == code
    if field != ANY_FIELD:
        assert refusal.value.field == field


def refusal_of[E: DeskError](kind: type[E], call: Callable[[], object]) -> E:
    """The refusal of the call, for a closer look."""
    with pytest.raises(kind) as refusal:
        call()
    return refusal.value
