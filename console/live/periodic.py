"""What goes on while nothing changes: the heartbeat, rights asked again, clocks that nobody else sweeps."""

import asyncio
import logging
import time

from console.fragments import queue
from console.live import wire
from console.live.database_thread import DatabaseThread
from console.live.hub import Hub
from support_management.core.time import now
from support_management.people import presence
from support_management.sla.lifecycle import sweep
from support_management.tickets import lane_counts

log = logging.getLogger(__name__)
HEARTBEAT_SECONDS = 10.0
CHECK_SECONDS = 30.0
CHECKS_AT_ONCE = 100
"""Who came together is not asked for together: frames share the thread."""
WATCH_SECONDS = 1.0
LOOK_SECONDS = 10.0
TURN_SECONDS = 1.0
SWEEP_SECONDS = 1.0
SWEEP_GRACE_SECONDS = 1.5


async def beat(hub: Hub) -> None:
    """Head, history and build to everybody; who showed nothing new stands at the head all the same."""
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        try:
            if await hub.tail.start_if_another_history():
                await hub.crowd.refetch(hub.tail.pos)
        except Exception as trouble:  # the heart beats on while the database is away
            log.warning("the history cannot be read: %s", trouble)
        text, pos = hub.heartbeat(), hub.complete_pos()
        for connection in hub.crowd.ready:
            await connection.send(text)
            if connection.pos < pos:
                await connection.send_frame(wire.frame(pos, ()))


async def watch(hub: Hub) -> None:
    """Rights are asked again every half minute; who reads nothing is let go."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        limit = time.monotonic() - CHECK_SECONDS
        due = [one for one in hub.crowd if one.checked_at < limit]
        await hub.crowd.check(due[:CHECKS_AT_ONCE], pos=hub.tail.pos)
        for connection in hub.crowd:
            await connection.let_go_if_stuck()


async def look_around(hub: Hub) -> None:
    """Who has a page open was seen, in however many tabs."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await hub.thread.run(presence.refresh, {one.viewer.id for one in hub.crowd})


async def turn(hub: Hub) -> None:
    """Figures that change by time alone are read again in the second in which they do."""
    since = now()
    while True:
        await asyncio.sleep(TURN_SECONDS)
        until = now()
        if await hub.thread.run(lane_counts.any_became_due_soon, since, until):
            hub.stir(queue.HEAD)
        since = until


async def sweep_clocks(thread: DatabaseThread) -> None:
    """The clocks' second trigger: they are kept to the second even when worker and beat are away."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        await thread.run(sweep.fire_if_late, SWEEP_GRACE_SECONDS)
