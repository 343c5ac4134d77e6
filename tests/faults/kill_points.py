"""Runs inside a desk of the tests: kills its own process, once, at the moment a test has named, or loses an answer.

A test lays a trap by making the file `trap-<moment>` in the desk's folder; who falls into it takes it away.
"""

import os
import signal
import threading

from django.apps import AppConfig
from django.conf import settings
from django.db import OperationalError

MOMENTS = ("written", "published", "committed", "fired")
"""The message is stored, its event is not; both are stored in an open transaction; both are committed, not answered.
And within a sweep: history, events and notices are stored, nothing is committed."""
UNANSWERED = "unanswered"
"""The database commits a reply, and its answer does not arrive: nobody dies."""
HEARTBEAT_SECONDS = 2.0
"""The product beats every ten seconds; nobody wants to watch that."""
line = threading.local()
"""Of the present thread: whether a reply is about to be committed."""


class Traps(AppConfig):
    """At three moments of a reply, and at one of a sweep, somebody may be waiting."""

    name = "tests.faults.kill_points"

    def ready(self):
        from django.db.backends.base.base import BaseDatabaseWrapper

        from console.live import periodic
        from support_management.events import bus
        from support_management.events.catalogue import ClockReached, TicketReplied

        periodic.HEARTBEAT_SECONDS = HEARTBEAT_SECONDS
        bus.publish_all = after_writing(bus.publish_all, TicketReplied)
        bus.handles(TicketReplied)(published)
        bus.committed.connect(committed, sender=TicketReplied)
        bus.handles_all(ClockReached)(fired)
        BaseDatabaseWrapper._commit = losing_answers(BaseDatabaseWrapper._commit)


def after_writing(publish_all, kind):
    """An event is published when its message is stored already."""

    def publish(events):
        if any(isinstance(event, kind) for event in events):
            fall_into("written")
        publish_all(events)

    return publish


def published(event):
    fall_into("published")
    line.replied = True


def losing_answers(commit):
    """A COMMIT of a reply that arrives, and whose answer may not."""

    def commit_unanswered(connection):
        commit(connection)
        if vars(line).pop("replied", False) and taken(UNANSWERED):
            raise OperationalError("server closed the connection unexpectedly")

    return commit_unanswered


def fired(events):
    fall_into("fired")


def committed(**_):
    fall_into("committed")


def fall_into(moment: str) -> None:
    """The end of this process, when a trap lies here."""
    if taken(moment):
        os.kill(os.getpid(), signal.SIGKILL)


def taken(moment: str) -> bool:
    """Whether a trap lay here."""
    try:
        (settings.DATA_DIR / f"trap-{moment}").unlink()
    except FileNotFoundError:
        return False
    return True
