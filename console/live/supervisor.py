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
    """What fails is logged and begun again; sockets stay."""
    clocks = DatabaseThread("sweep")
    parts = {
        "follow": hub.follow,
        "paint": hub.paint,
        "hear": hub.ear.listen,
        "beat": lambda: periodic.beat(hub),
        "watch": lambda: periodic.watch(hub),
        "look around": lambda: periodic.look_around(hub),
        "turn": lambda: periodic.turn(hub),
        "sweep": lambda: periodic.sweep_clocks(clocks),
    }
    try:
        await asyncio.gather(*(_for_ever(name, part) for name, part in parts.items()))
    finally:
        await hub.thread.close()
        await clocks.close()


async def _for_ever(name: str, part: Callable[[], Awaitable]) -> None:
    while True:
        try:
            await part()
        except Exception:
            log.exception("%s of the live path failed; it begins again", name)
            await asyncio.sleep(RETRY_SECONDS)
