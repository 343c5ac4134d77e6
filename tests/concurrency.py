"""Several people at the same moment, each with a connection of their own."""

import threading
from collections.abc import Callable, Sequence

from django.db import connections


def at_once(*actions: Callable) -> list:
    """Run all actions in threads that start together. What each returned, or the error it raised."""
    gate = threading.Barrier(len(actions))
    results: list = [None] * len(actions)
    threads = [threading.Thread(target=_run, args=(at, action, gate, results)) for at, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return results


def errors(results: Sequence) -> list:
    return [result for result in results if isinstance(result, BaseException)]


def _run(at: int, action: Callable, gate: threading.Barrier, results: list) -> None:
    gate.wait()
    try:
        results[at] = action()
    except Exception as error:  # told to the test, which decides
        results[at] = error
    finally:
        connections.close_all()
