"""Steps that run once at the end of a change, however many events asked for them, such as load and dashboards.

Rows of people are written after rows of work and in order of pk, so that two changes cannot deadlock.
"""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar

_last: set[Callable] = set()
_pending: ContextVar[dict[Callable, set[int]] | None] = ContextVar("closing", default=None)
_caches: ContextVar[dict[str, dict] | None] = ContextVar("caches", default=None)


def run_last(*steps: Callable) -> None:
    """Register steps that run after all others, in whatever order they are requested: signals.py is the only caller.

    Every change then locks the tables of people's rows in the same order.
    """
    _last.update(steps)


@contextmanager
def closing():
    """The outermost context runs the steps that `at_close` collected, inside the transaction of the change."""
    if _pending.get() is not None:
        yield
        return
    pending: dict[Callable, set[int]] = {}
    token, caches = _pending.set(pending), _caches.set({})
    try:
        yield
        while pending:
            step = min(pending, key=_last.__contains__)
            step(*sorted(pending.pop(step)))
    finally:
        _pending.reset(token)
        _caches.reset(caches)


def at_close(step: Callable, *ids: int | None) -> None:
    """Run `step(*ids)` once at the end of the change, with all ids requested for it. None is ignored."""
    pending = _pending.get()
    requested = {pk for pk in ids if pk is not None}
    if pending is None:
        step(*sorted(requested))
    elif requested:
        pending.setdefault(step, set()).update(requested)


def change_cache(name: str) -> dict:
    """A cache that lives until the end of the current change; outside a change, a new dict on each call."""
    caches = _caches.get()
    return {} if caches is None else caches.setdefault(name, {})
