"""The product itself, with one more door: a text published on Redis goes out through the hub's own delivery.

Everything else is as in production: daphne, asgi.py, sessions, rights, panes, bounded sockets. So the fan-out alone
can be compared with references that have neither events nor templates. `bench.yardsticks.ours:application`.
"""

import asyncio
import logging
import os

import redis.asyncio

from asgi import application as product
from console.fragments.registry import Part

log = logging.getLogger(__name__)
_running: list[asyncio.Task] = []


async def application(scope, receive, send):
    if not _running:
        _running.append(asyncio.get_running_loop().create_task(_listen()))
    await product(scope, receive, send)


async def _listen() -> None:
    hints = redis.asyncio.from_url(os.environ["REDIS_URL"], socket_timeout=None).pubsub()
    await hints.subscribe("bench.ours")
    async for message in hints.listen():
        if message["type"] == "message":
            await _deliver(message["data"])


async def _deliver(data: bytes) -> None:
    """`POS HTML`: one part for every audience there is, as a paint would bring it."""
    hub = product._awake()
    pos, _, html = data.decode().partition(" ")
    parts = (Part(id="bench", swap="outerMorph", pos=int(pos), html=html),)
    audiences = {one.audience for one in hub.sockets.ready if one.panes}
    try:
        await hub._deliver(dict.fromkeys(audiences, parts), int(pos))
    except Exception:
        log.exception("a text of the benchmark was not delivered")
