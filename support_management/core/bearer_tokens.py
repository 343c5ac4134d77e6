"""Bearer tokens: random, shown once, stored as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from support_management.core.time import is_ahead, now

HINT = 8
"""Characters of a token that are stored, so that people tell tokens apart."""
USE_STORED_EVERY = timedelta(minutes=1)


def new(prefix: str) -> str:
    return f"{prefix}{secrets.token_urlsafe(32)}"


def digest(token: str) -> str:
    """Hash of the token, as it is stored and looked for."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_use_due(last_used_at: datetime | None) -> bool:
    """Whether this use is stored: at most one a minute is."""
    return last_used_at is None or is_ahead(last_used_at) or now() - last_used_at >= USE_STORED_EVERY
