"""Runs a hub and its upkeep until the process ends."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from console.live import upkeep
from console.live.hub import Hub
from console.live.threads import DatabaseThread

log = logging.getLogger(__name__)
RETRY_SECONDS = 0.5


async def run(hub: Hub) -> None:
    """What fails is logged and begun again; sockets stay."""
    clocks = DatabaseThread("sweep")
    parts = {
        "follow": hub.follow,
        "paint": hub.paint,
        "hear": hub.ear.listen,
        "beat": lambda: upkeep.beat(hub),
        "watch": lambda: upkeep.watch(hub),
        "look around": lambda: upkeep.look_around(hub),
        "turn": lambda: upkeep.turn(hub),
        "sweep": lambda: upkeep.sweep_clocks(clocks),
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
