"""What a change does once and last, however many events led to it: the figures of people.

Rows of people are written after rows of work and in order of pk, so that two changes never wait for each other.
"""

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar

_last: set[Callable] = set()
_waiting: ContextVar[dict[Callable, set[int]] | None] = ContextVar("closing", default=None)
_known: ContextVar[dict[str, dict] | None] = ContextVar("known", default=None)


def run_last(*steps: Callable) -> None:
    """These steps run after all others, whichever was asked for first: signals.py is the only caller.

    One table of people's rows is locked after another, in the same order by every change.
    """
    _last.update(steps)


@contextmanager
def closing():
    """The outermost one runs what `at_close` collected, inside the transaction of the change."""
    if _waiting.get() is not None:
        yield
        return
    waiting: dict[Callable, set[int]] = {}
    token, known = _waiting.set(waiting), _known.set({})
    try:
        yield
        while waiting:
            step = min(waiting, key=_last.__contains__)
            step(*sorted(waiting.pop(step)))
    finally:
        _waiting.reset(token)
        _known.reset(known)


def at_close(step: Callable, *ids: int | None) -> None:
    """Run `step(*ids)` once at the end of the change, with all ids that were asked for. None is nobody."""
    waiting = _waiting.get()
    wanted = {pk for pk in ids if pk is not None}
    if waiting is None:
        step(*sorted(wanted))
    elif wanted:
        waiting.setdefault(step, set()).update(wanted)


def known(what: str) -> dict:
    """What this change has read already and asks for again and again; outside a change nothing is kept."""
    kept = _known.get()
    return {} if kept is None else kept.setdefault(what, {})
