"""Inside a capability or a handler, writes raise no event of their own: the capability's event says it."""

from contextlib import contextmanager
from contextvars import ContextVar

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


def is_quiet() -> bool:
    return _quiet.get()


@contextmanager
def quietly():
    """Writes in here are part of something that tells about itself."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)
