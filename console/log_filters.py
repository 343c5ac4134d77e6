"""What is logged about hostile requests: a line now and then, no traceback."""

import logging
import time
from threading import Lock

EVERY_SECONDS = 60
LONGEST = 300
"""Characters of a message; it repeats what was sent."""


class HostileRequests(logging.Filter):
    """Of `django.security` (a bad Host header and the like) lets one warning a minute pass for each kind."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._since: dict[str, float] = {}
        self._dropped: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("django.security"):
            return True
        with self._lock:
            moment, since = time.monotonic(), self._since.get(record.name)
            if since is not None and moment - since < EVERY_SECONDS:
                self._dropped[record.name] = self._dropped.get(record.name, 0) + 1
                return False
            self._since[record.name], dropped = moment, self._dropped.pop(record.name, 0)
        more = f" ({dropped} more since the last warning)" if dropped else ""
        record.msg, record.args = record.getMessage()[:LONGEST] + more, ()
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True
