"""Whether Redis answers and takes what is written, is away, or refuses REDIS_URL."""

import ssl
from enum import StrEnum

import redis
from django.conf import settings


class State(StrEnum):
    OK = "ok"
    LOST = "lost"
    """It may come back by itself: refused connections, time-outs, names without an address."""
    REFUSED = "refused"
    """Only another REDIS_URL helps: a wrong password or number, TLS or not, a server of another kind."""

    UNWRITABLE = "takes no writes"
    """It may again, by itself: out of memory, its disk full, or the replica of another one."""


FRESH_SECONDS = 60
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
            return _written(client)
        finally:
            client.close()
    except (redis.RedisError, OSError, ValueError, TypeError) as error:
        return _state(error), _line(error)


def _written(client: redis.Redis) -> tuple[State, str]:
    try:
        client.set(f"{settings.LIVE_PREFIX}:asked", "1", ex=FRESH_SECONDS)
    except redis.ResponseError as error:
        return State.UNWRITABLE, _line(error)
    return State.OK, ""


def _line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _state(error: BaseException) -> State:
    causes: list[BaseException | None] = [error, error.__cause__, error.__context__]
    return State.REFUSED if any(isinstance(cause, REFUSALS) for cause in causes) else State.LOST
