"""Runs a hub and its upkeep until the process ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from console.live import periodic
from console.live.database_thread import DatabaseThread
from console.live.hub import Hub

log = logging.getLogger(__name__)
RETRY_SECONDS = 0.5


async def run(hub: Hub) -> None:
    """Run all parts of the hub. A part that fails is logged and started again; sockets stay open."""
    threads = [DatabaseThread(name) for name in ("spare", "duties", "slow-duties")]
    spare_thread, duties_thread, slow_thread = threads
    parts = {
        "follow": hub.follow,
        "paint": hub.paint,
        "hear": hub.subscriptions.listen,
        "beat": lambda: periodic.send_heartbeats(hub),
        "check": lambda: periodic.check_sockets(hub),
        "presence": lambda: periodic.record_presence(hub),
        "attention": lambda: periodic.record_attention(hub),
        "time": lambda: periodic.follow_time(hub),
        "sweep": lambda: periodic.sweep_clocks(spare_thread),
        "mark": lambda: periodic.keep_mark(hub, spare_thread),
        "duties": lambda: periodic.do_neglected_duties(duties_thread, slow=False),
        "slow duties": lambda: periodic.do_neglected_duties(slow_thread, slow=True),
    }
    try:
        await asyncio.gather(*(_run_for_ever(name, part) for name, part in parts.items()))
    finally:
        for thread in (hub.thread, *threads):
            await thread.close()


async def _run_for_ever(name: str, part: Callable[[], Awaitable]) -> None:
    while True:
        try:
            await part()
        except Exception:
            log.exception("%s of the live path failed; it begins again", name)
            await asyncio.sleep(RETRY_SECONDS)
