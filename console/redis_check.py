"""Whether Redis answers, is away, or refuses REDIS_URL."""

import ssl
from enum import StrEnum

import redis


class State(StrEnum):
    OK = "ok"
    LOST = "lost"
    """It may come back by itself: refused connections, time-outs, names without an address."""
    REFUSED = "refused"
    """Only another REDIS_URL helps: a wrong password or number, TLS or not, a server of another kind."""


REFUSALS = (
    redis.AuthenticationError,
    redis.ResponseError,
    redis.InvalidResponse,
    redis.DataError,
    redis.exceptions.AuthorizationError,
    ssl.SSLError,
    ValueError,
    TypeError,
)


def ask_once(url: str, seconds: float) -> tuple[State, str]:
    """`ask`, and when nobody answers whether somebody does with TLS, or without it."""
    state, reason = ask(url, seconds)
    scheme, _, place = url.partition("://")
    other = {"redis": "rediss", "rediss": "redis"}.get(scheme)
    if state == State.LOST and other:
        heard, heard_reason = ask(f"{other}://{place.partition('?')[0]}", seconds)
        if heard == State.OK or (heard == State.REFUSED and "SSL" not in heard_reason):
            return State.REFUSED, f"it answers {other}://, not {scheme}://"
    return state, reason


def ask(url: str, seconds: float) -> tuple[State, str]:
    """The state of Redis, and in one line why it is not "ok". Takes twice this time at most."""
    try:
        client = redis.Redis.from_url(url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=None)
        try:
            client.ping()
        finally:
            client.close()
    except (redis.RedisError, OSError, ValueError, TypeError) as error:
        return _state(error), (str(error).strip().splitlines() or [type(error).__name__])[0]
    return State.OK, ""


def _state(error: BaseException) -> State:
    causes: list[BaseException | None] = [error, error.__cause__, error.__context__]
    return State.REFUSED if any(isinstance(cause, REFUSALS) for cause in causes) else State.LOST
