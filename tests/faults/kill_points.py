"""Runs inside a desk of the tests: kills its own process, once, at the moment a test has named.

A test lays a trap by making the file `trap-<moment>` in the desk's folder; who falls into it takes it away.
"""

import os
import signal
from contextlib import suppress

from django.apps import AppConfig
from django.conf import settings

MOMENTS = ("written", "published", "committed", "fired")
"""The message is stored, its event is not; both are stored in an open transaction; both are committed, not answered.
And within a sweep: history, events and notices are stored, nothing is committed."""
HEARTBEAT_SECONDS = 2.0
"""The product beats every ten seconds; nobody wants to watch that."""


class Traps(AppConfig):
    """At three moments of a reply, and at one of a sweep, somebody may be waiting."""

    name = "tests.faults.kill_points"

    def ready(self):
        from console.live import periodic
        from support_management.events import bus
        from support_management.events.catalogue import ClockReached, TicketReplied

        periodic.HEARTBEAT_SECONDS = HEARTBEAT_SECONDS
        bus.publish_all = after_writing(bus.publish_all, TicketReplied)
        bus.handles(TicketReplied)(published)
        bus.committed.connect(committed, sender=TicketReplied)
        bus.handles_all(ClockReached)(fired)


def after_writing(publish_all, kind):
    """An event is published when its message is stored already."""

    def publish(events):
        if any(isinstance(event, kind) for event in events):
            fall_into("written")
        publish_all(events)

    return publish


def published(event):
    fall_into("published")


def fired(events):
    fall_into("fired")


def committed(**_):
    fall_into("committed")


def fall_into(moment: str) -> None:
    """The end of this process, when a trap lies here."""
    with suppress(FileNotFoundError):
        (settings.DATA_DIR / f"trap-{moment}").unlink()
        os.kill(os.getpid(), signal.SIGKILL)
