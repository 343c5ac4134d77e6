"""Sockets that look at the queue board of a desk, as so many open browsers would."""

import json
from collections.abc import Iterable

from bench.harness.servers import run_script
from bench.load.websockets import Address, Connection, SocketPool

PANES = ("queue.unassigned", "queue.mine", "queue.high_priority", "queue.overdue")
CONNECT_SECONDS = 60
PER_PERSON = 2
"""Two screens each: every pair of sockets is an audience of its own."""


def signed_in_agents(environment: dict[str, str], sockets: int) -> dict:
    """Signed-in people and tickets; see bench/scripts/sign_in_agents.py."""
    return run_script(environment, "bench.scripts.sign_in_agents", str(sockets), str(PER_PERSON))


def addresses(port: int, fixtures: dict, sockets: Iterable[str]) -> list[Address]:
    hello = json.dumps({"resume": fixtures["head"], "epoch": fixtures["epoch"], "panes": PANES})
    return [Address(port, cookie=f"desk_session={key}", hello=hello) for key in sockets]


def open_sockets(pool: SocketPool, port: int, fixtures: dict, count: int) -> list[Connection]:
    """Open so many sockets; each is answered before this returns."""
    return pool.open(addresses(port, fixtures, fixtures["sessions"][:count]), CONNECT_SECONDS)
