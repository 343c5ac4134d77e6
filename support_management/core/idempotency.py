"""Idempotent writes: a repeated request is executed once. Used by the console's forms and the REST API.

The response is stored as text, because a database's JSON type may return keys in another order.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from support_management.core import outcome
from support_management.core.errors import DeskError, Invalid
from support_management.core.models import IdempotencyKey

MAX_KEY = 100
_ATTEMPTS = 3
_LOCK_NOT_AVAILABLE = "55P03"


class KeyReused(DeskError):
    """The key was used for another request. Not a Conflict: it is raised before permissions are checked."""

    status = 422

    def __init__(self):
        super().__init__("key_reused", "This key was already used for another request. Use a new key for each request.")


class KeyInProgress(DeskError):
    """The first request with this key is still running. Raised before permissions are checked, too."""

    status = 409

    def __init__(self):
        super().__init__("key_in_progress", "The same request is still in progress. Try again shortly.")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The response of a write. `replayed`: the write happened earlier, and this is its stored response."""

    status: int
    payload: Any
    replayed: bool = False


def hash_of(*parts) -> str:
    """SHA-256 of a request's parts, which must fit JSON; the order of keys in an object does not matter."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def once(user, key: str | None, request_hash: str, make: Callable[[], tuple[int, Any]]) -> StoredAnswer:
    """Call `make`, which returns (status, payload that fits JSON), unless this user's key was used before.

    Key, effect and stored response share one transaction: a refusal or a crash stores nothing, and the same key may
    be retried. A concurrent duplicate waits for the first request and gets its response. Without a key, `make` is
    simply called. A deadlock is retried. KeyReused (422) for another request under the same key; KeyInProgress (409)
    when the first request takes too long. Neither reveals the object: permissions are not checked here.
    """
    if not key:
        status, payload = make()
        return StoredAnswer(status, payload)
    _check(key)
    for _ in range(_ATTEMPTS - 1):
        try:
            return _keyed(user, key, request_hash, make)
        except OperationalError as error:
            if connection.in_atomic_block or "deadlock" not in str(error):
                raise
    return _keyed(user, key, request_hash, make)


def _keyed(user, key: str, request_hash: str, make: Callable[[], tuple[int, Any]]) -> StoredAnswer:
    with transaction.atomic():
        row = _claim(user, key, request_hash)
        outcome.note_key(outcome.NEVER if row else outcome.YES)
        if row is None:
            return _stored(user, key, request_hash)
        status, payload = make()
        transaction.on_commit(outcome.note_stored)
        IdempotencyKey.objects.filter(pk=row.pk).update(status=status, response=json.dumps(payload))
    return StoredAnswer(status, payload)


def _owner(caller) -> dict:
    """Whose key it is: a person's, or of another caller who says so."""
    return getattr(caller, "key_owner", None) or {"user": caller}


def _check(key: str) -> None:
    if len(key) > MAX_KEY or not key.isascii() or not key.isprintable():
        raise Invalid("bad_key", f"A key can have up to {MAX_KEY} plain characters, for example a UUID.")


def _claim(user, key: str, request_hash: str) -> IdempotencyKey | None:
    """The new row of the key; None when it exists already. The unique index makes a concurrent duplicate wait."""
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(**_owner(user), key=key, request_hash=request_hash, status=0)
    except IntegrityError:
        return None
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        outcome.note_key(outcome.UNKNOWN)
        raise KeyInProgress from None


def _stored(user, key: str, request_hash: str) -> StoredAnswer:
    row = IdempotencyKey.objects.get(**_owner(user), key=key)
    if row.request_hash != request_hash:
        raise KeyReused
    return StoredAnswer(row.status, json.loads(str(row.response)), replayed=True)
