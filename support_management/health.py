"""Whether the periodic duties are done, in words: by their heartbeats, and by the oldest work that is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from psycopg_pool import PoolTimeout

from support_management import tasks
from support_management.analytics import reports
from support_management.core.duties import PART, Duty
from support_management.core.models import Heartbeat
from support_management.core.time import is_ahead, now
from support_management.notifications.email import delivery
from support_management.order_management import deliver
from support_management.payment_issues import steps
from support_management.routing.inputs import backlog
from support_management.sla.escalation import runner
from support_management.sla.lifecycle import sweep

OK = "ok"
START_SECONDS = 30.0
"""For so long after the start of a process nothing is called late: what fell due meanwhile is being done."""
type Heartbeats = Mapping[str, Heartbeat]


@dataclass(frozen=True, slots=True)
class DueWork:
    """What a duty does, one by one. `oldest`: since when the oldest is due. `limit`: seconds until that is late."""

    noun: str
    oldest: Callable[[Heartbeats], datetime | None]
    limit: float


def _oldest_assignment(beats: Heartbeats) -> datetime | None:
    """A pass looks at all the work that waits: what it has left has no eligible agent."""
    last = beats.get(f"{PART}assignment")
    return backlog.oldest_since(last.at if last else None)


DUE_WORK = {
    "thresholds": DueWork("SLA threshold", lambda _: sweep.oldest_due(), 15),
    "rules": DueWork("escalation rule", lambda _: runner.oldest_due(), 60),
    "mail": DueWork("email", lambda _: delivery.oldest_due(), 120),
    "orders": DueWork("message about an order", lambda _: deliver.oldest_due(), 60),
    "payment_issues": DueWork("reminder of a payment issue", lambda _: steps.oldest_due(), 60),
    "assignment": DueWork("unassigned work", _oldest_assignment, 30),
    "reports": DueWork("SLA report", lambda _: reports.oldest_due(), 2400),
}


def of_duties(beats: Heartbeats, *, running_for: float) -> dict[str, str]:
    """A word for each duty, "ok" or what is wrong with it. `running_for`: seconds since the start of this process."""
    return {duty.name: _word(duty, beats, starting=running_for < START_SECONDS) for duty in tasks.duties()}


def of_heartbeat(at: datetime | None, *, limit: float, verb: str = "last seen") -> str:
    """A heartbeat is "ok" when it is at most `limit` seconds old and not of the future."""
    if at is None:
        return verb.replace("last", "never")
    age = (now() - at).total_seconds()
    if is_ahead(at):
        return f"{verb} {length(-age)} in the future: the clock was set back"
    return OK if age <= limit else f"{verb} {length(age)} ago"


def length(seconds: float) -> str:
    """31 s, 7 min, 3 h, 2 days."""
    for least, size, unit in ((172_800, 86_400, "days"), (7200, 3600, "h"), (120, 60, "min")):
        if seconds >= least:
            return f"{seconds // size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _word(duty: Duty, beats: Heartbeats, *, starting: bool) -> str:
    last = beats.get(duty.part)
    if last is not None and "failed" in last.facts:
        return f"failed {length(max(0.0, (now() - last.at).total_seconds()))} ago: {last.facts['failed']}, see the log"
    overdue = _overdue(duty, beats)
    if starting and not overdue.startswith("cannot"):
        return OK
    return overdue or of_heartbeat(last.at if last else None, limit=duty.limit, verb="last done")


def _overdue(duty: Duty, beats: Heartbeats) -> str:
    """What is wrong with the work that is due, or ""."""
    due = DUE_WORK.get(duty.name)
    if due is None:
        return ""
    try:
        at = due.oldest(beats)
    except (DatabaseError, PoolTimeout) as error:
        return f"cannot be read: {type(error).__name__}, see the log"
    age = (now() - at).total_seconds() if at else 0.0
    return f"the oldest {due.noun} is {length(age)} late" if age > due.limit else ""
