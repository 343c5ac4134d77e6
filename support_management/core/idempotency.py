"""A write that is sent twice happens once. Both doors, the console's forms and the REST API, come through here.

The answer is kept as text: a database's own JSON would give it back in another order.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from support_management.core.errors import DeskError, Invalid
from support_management.core.models import IdempotencyKey

MAX_KEY = 100
_TRIES = 3
_LOCK_NOT_AVAILABLE = "55P03"


class KeyReused(DeskError):
    """The key was used before, for something else. No Conflict: it is told before anybody asked for any right."""

    status = 422

    def __init__(self):
        super().__init__("key_reused", "This key was already used for another request. Use a new key for each request.")


class KeyInProgress(DeskError):
    """The first request with this key is still at work. Told before any right, too."""

    status = 409

    def __init__(self):
        super().__init__("key_in_progress", "The same request is still in progress. Try again shortly.")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a write answered. `replayed`: it happened earlier, this is what was answered then."""

    status: int
    payload: Any
    replayed: bool = False


def hash_of(*parts) -> str:
    """The same for the same request. Parts must fit JSON; the order of keys in an object does not matter."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def once(user, key: str | None, request_hash: str, make: Callable[[], tuple[int, Any]]) -> StoredAnswer:
    """Do `make`, which answers (status, payload that fits JSON), unless this person's key did it before.

    Key, effect and stored answer share one transaction: a refusal or a crash stores nothing, so the same key may
    try again. A twin at the same moment waits for the first and gets its answer. Without a key it is just done.
    A deadlock is tried again. KeyReused (422) for another request under the same key; KeyInProgress (409) when the
    first takes too long. Neither tells anything of the work: whether the person may see it is not known here.
    """
    if not key:
        status, payload = make()
        return StoredAnswer(status, payload)
    _check(key)
    for _ in range(_TRIES - 1):
        try:
            return _keyed(user, key, request_hash, make)
        except OperationalError as error:
            if connection.in_atomic_block or "deadlock" not in str(error):
                raise
    return _keyed(user, key, request_hash, make)


def _keyed(user, key: str, request_hash: str, make: Callable[[], tuple[int, Any]]) -> StoredAnswer:
    with transaction.atomic():
        row = _claim(user, key, request_hash)
        if row is None:
            return _stored(user, key, request_hash)
        status, payload = make()
        IdempotencyKey.objects.filter(pk=row.pk).update(status=status, response=json.dumps(payload))
    return StoredAnswer(status, payload)


def _check(key: str) -> None:
    if len(key) > MAX_KEY or not key.isascii() or not key.isprintable():
        raise Invalid("bad_key", f"A key can have up to {MAX_KEY} plain characters, for example a UUID.")


def _claim(user, key: str, request_hash: str) -> IdempotencyKey | None:
    """The key's row, ours now; None when it was used before. The unique index makes a twin wait here."""
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, request_hash=request_hash, status=0)
    except IntegrityError:
        return None
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise KeyInProgress from None


def _stored(user, key: str, request_hash: str) -> StoredAnswer:
    row = IdempotencyKey.objects.get(user=user, key=key)
    if row.request_hash != request_hash:
        raise KeyReused
    return StoredAnswer(row.status, json.loads(str(row.response)), replayed=True)
