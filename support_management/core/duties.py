"""Periodic duties. Each leaves a heartbeat after its work: what it did, or the error that ended it.

Beat asks a worker for them. A duty that nobody has done for some of its periods is done by a web process instead, which
measures the wait by its own clock: nobody can set that one (`DutyWatch`).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from support_management.core import heartbeats, request_context
from support_management.core.models import Heartbeat
from support_management.core.time import is_ahead, now

log = logging.getLogger(__name__)
PART = "duty:"
PERIODS = 3
"""Periods without a heartbeat after which a web process does a duty."""
PATIENCE_SECONDS = 10.0
"""No duty is taken over sooner."""
RETRY_SECONDS = 60.0
"""A failed duty waits no longer for the next attempt, whatever its period."""
STORED_EVERY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Duty:
    """`entry`: its line in CELERY_BEAT_SCHEDULE. `slow`: it may wait for mail servers or count for long."""

    name: str
    entry: str
    run: Callable
    slow: bool = False

    @property
    def part(self) -> str:
        return PART + self.name

    @property
    def period(self) -> float:
        """Seconds between two runs."""
        schedule: Any = settings.CELERY_BEAT_SCHEDULE[self.entry]["schedule"]
        return schedule if isinstance(schedule, int | float) else 3600 / len(schedule.minute)

    @property
    def grace(self) -> float:
        """Seconds after which a web process does it."""
        return max(PATIENCE_SECONDS, PERIODS * self.period)

    @property
    def limit(self) -> float:
        """Seconds after which it is late: a web process should have done it."""
        return self.grace + max(PATIENCE_SECONDS, self.period)


DUTIES: dict[str, Duty] = {}


def duty[**P, R](name: str, *, entry: str, slow: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Register a function as a duty; from then on each of its runs leaves a heartbeat."""

    def register(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                did = function(*args, **kwargs)
            except Exception as error:
                _leave_heartbeat(name, failed=type(error).__name__)
                raise
            _leave_heartbeat(name, did=did)
            return did

        DUTIES[name] = Duty(name, entry, run, slow)
        return run

    return register


@dataclass(slots=True)
class _Tally:
    """What a duty has done in this process since its last stored heartbeat."""

    runs: int = 0
    did: int = 0
    failed: str = ""
    stored_at: float = float("-inf")
    lock: threading.Lock = field(default_factory=threading.Lock)


_tallies: dict[str, _Tally] = {}


def _leave_heartbeat(name: str, *, did: object = 0, failed: str = "") -> None:
    """Store the outcome: at once when it is another than before, else every five seconds with the sum."""
    tally = _tallies.setdefault(name, _Tally())
    with tally.lock:
        tally.runs += 1
        tally.did += sum(did.values()) if isinstance(did, dict) else did if isinstance(did, int) else 0
        if failed == tally.failed and time.monotonic() - tally.stored_at < STORED_EVERY_SECONDS:
            return
        facts = {"runs": tally.runs, "did": tally.did} | ({"failed": failed} if failed else {})
        tally.runs, tally.did, tally.failed, tally.stored_at = 0, 0, failed, time.monotonic()
    try:
        heartbeats.beat(PART + name, **facts)
    except Exception as error:  # the outcome of the duty itself is what its caller must hear of
        log.warning("the heartbeat of %s cannot be stored: %s", name, error)


class DutyWatch:
    """Watches some duties for a web process and does those that nobody else does."""

    def __init__(self, duties: Iterable[Duty]) -> None:
        self._duties = tuple(duties)
        self._seen: dict[str, tuple[datetime | None, float]] = {}

    def late(self) -> list[Duty]:
        """Duties without another heartbeat for their grace; a wrong one only needs some patience. One query."""
        beats = {row.part: row for row in Heartbeat.objects.filter(part__in=[duty.part for duty in self._duties])}
        return [duty for duty in self._duties if self._is_late(duty, beats.get(duty.part))]

    def do_late(self) -> None:
        """Do what is late. A duty that fails does not keep the others from being done."""
        for duty in self.late():
            request_context.begin(door="task", cause=duty.name)
            try:
                duty.run()
            except Exception as error:
                log.exception("%s failed", duty.name)
                if isinstance(error, OperationalError | InterfaceError):
                    connection.close()
            self._seen[duty.name] = (None, time.monotonic())

    def _is_late(self, duty: Duty, last: Heartbeat | None) -> bool:
        moment, at = time.monotonic(), last.at if last else None
        seen, since = self._seen.setdefault(duty.name, (at, moment))
        if seen != at:
            self._seen[duty.name] = (at, moment)
            return False
        waited = moment - since
        return waited >= duty.grace or (waited >= PATIENCE_SECONDS and _is_wrong(duty, last, waited))


def _is_wrong(duty: Duty, last: Heartbeat | None, waited: float) -> bool:
    """Whether a heartbeat says that the duty should be done now: by the clock on the wall, which may be wrong too."""
    if last is None or is_ahead(last.at) or last.at < now() - timedelta(seconds=duty.grace):
        return True
    return "failed" in last.facts and waited >= RETRY_SECONDS
