"""The password hasher: at most two hashes at once per process, so that sign-ins leave the processor to the others."""

import threading

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from support_management.core.errors import SlowDown

AT_ONCE = 2
MOST_WAITING = 6
"""Each waits in a thread of the pool that also answers pages."""
PATIENCE_SECONDS = 2.0


class HashingQueue:
    """Lets AT_ONCE enter; up to MOST_WAITING others wait for PATIENCE_SECONDS. SlowDown for everybody else."""

    def __init__(self) -> None:
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._places = threading.BoundedSemaphore(AT_ONCE + MOST_WAITING)

    def __enter__(self) -> None:
        if not self._places.acquire(blocking=False):
            raise SlowDown(1)
        if not self._free.acquire(timeout=PATIENCE_SECONDS):
            self._places.release()
            raise SlowDown(1)

    def __exit__(self, *_) -> None:
        self._free.release()
        self._places.release()


_queue = HashingQueue()


class QueuedHasher(PBKDF2PasswordHasher):
    """Django's own hasher, one after another. Checking and setting a password both hash it here."""

    def encode(self, password, salt, iterations=None):
        with _queue:
            return super().encode(password, salt, iterations)
