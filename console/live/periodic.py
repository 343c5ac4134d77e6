"""Periodic work of a hub: heartbeats, permission checks, presence, counters that change with time, neglected duties."""

import asyncio
import logging
import time
from dataclasses import replace

from console.fragments import queue
from console.live import wire
from console.live.database_thread import DatabaseThread
from console.live.hub import Hub
from support_management import tasks
from support_management.core import sequences
from support_management.core.duties import DutyWatch
from support_management.core.outside_mark import Mark, outside_mark
from support_management.core.time import now
from support_management.people import presence
from support_management.routing.inputs import attention
from support_management.sla.lifecycle import sweep
from support_management.tickets import lane_counts

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 10.0
CHECK_SECONDS = 30.0
CHECKS_AT_ONCE = 100
"""Sockets checked per second at most: frames need the same thread."""
WATCH_SECONDS = 1.0
PRESENCE_SECONDS = 10.0
ATTENTION_SECONDS = 2.0
TIME_SECONDS = 1.0
MARK_SECONDS = 1.0
SWEEP_SECONDS = 1.0
SWEEP_GRACE_SECONDS = 1.5
DUTIES_SECONDS = 2.0


async def send_heartbeats(hub: Hub) -> None:
    """Send head, epoch and build to every socket; one without news gets an empty frame at the newest position."""
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        await send_heartbeat(hub)


async def send_heartbeat(hub: Hub) -> None:
    text, pos = hub.heartbeat(), hub.complete_pos()
    for connection in hub.sockets.ready:
        await connection.send(text)
        if connection.pos < pos:
            await connection.send_frame(wire.frame(pos, ()))


async def check_sockets(hub: Hub) -> None:
    """Check permissions of every socket each 30 s; close sockets that acknowledge nothing."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        limit = time.monotonic() - CHECK_SECONDS
        due = [connection for connection in hub.sockets if connection.checked_at < limit]
        await hub.sockets.check(due[:CHECKS_AT_ONCE], pos=hub.tail.pos)
        for connection in hub.sockets:
            await connection.close_if_stuck()


async def record_presence(hub: Hub) -> None:
    """Record as present everybody with a page open."""
    while True:
        await asyncio.sleep(PRESENCE_SECONDS)
        await hub.thread.run(presence.refresh, {connection.viewer.id for connection in hub.sockets})


async def record_attention(hub: Hub) -> None:
    """Store in which work people are active, so that nothing takes it from them in mid-sentence."""
    while True:
        await asyncio.sleep(ATTENTION_SECONDS)
        signs, hub.attention = hub.attention, {}
        if signs:
            await hub.thread.run(attention.record, list(signs.values()))


async def follow_time(hub: Hub) -> None:
    """Mark counters dirty in the second in which the passage of time changes them, or when the database is back."""
    since = now()
    while True:
        await asyncio.sleep(TIME_SECONDS)
        until = now()
        try:
            due = await hub.thread.run(lane_counts.any_became_due_soon, since, until)
        except Exception as error:  # as while the database is unavailable: the next look is at this time as well
            log.warning("it cannot be seen what is due soon: %s", error)
            continue
        if due:
            hub.mark_dirty(queue.HEAD)
        since = until


async def keep_mark(hub: Hub, thread: DatabaseThread) -> None:
    """Note outside the database how far its history has come. Nothing waits for it."""
    kept = Mark()
    while True:
        await asyncio.sleep(MARK_SECONDS)
        if (place := hub.tail.place) != kept:
            mark = replace(place, numbers=await thread.run(sequences.highest))
            await asyncio.to_thread(outside_mark.keep, mark)
            kept = place


async def sweep_clocks(thread: DatabaseThread) -> None:
    """The second trigger of the SLA sweep: clocks stay exact to the second without worker and beat."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        await thread.run(sweep.fire_if_late, SWEEP_GRACE_SECONDS)


async def do_neglected_duties(thread: DatabaseThread, *, slow: bool) -> None:
    """The second trigger of every duty: it is done without worker and beat, and whatever the system clock says."""
    watch = DutyWatch(duty for duty in tasks.duties() if duty.slow == slow)
    while True:
        await asyncio.sleep(DUTIES_SECONDS)
        try:
            await thread.run(watch.do_late)
        except Exception as error:  # as while the database is unavailable; what a duty raises is logged there
            log.warning("neglected duties cannot be looked for: %s", error)
