"""Sockets with the queue board open, as a number of browsers would have them."""

import json
from collections.abc import Iterable

from bench.harness.servers import run_script
from bench.load.websockets import Address, ClientSocket, SocketPool

PANES = ("queue.unassigned", "queue.mine", "queue.high_priority", "queue.overdue")
CONNECT_SECONDS = 60
PER_PERSON = 2
"""Sockets of each person; these two are one audience."""


def signed_in_agents(environment: dict[str, str], sockets: int) -> dict:
    """Signed-in people and tickets; see bench/scripts/sign_in_agents.py."""
    return run_script(environment, "bench.scripts.sign_in_agents", str(sockets), str(PER_PERSON))


def addresses(port: int, fixtures: dict, sockets: Iterable[str]) -> list[Address]:
    hello = json.dumps({"resume": fixtures["head"], "epoch": fixtures["epoch"], "panes": PANES})
    return [Address(port, cookie=f"desk_session={key}", hello=hello) for key in sockets]


def open_sockets(pool: SocketPool, port: int, fixtures: dict, count: int) -> list[ClientSocket]:
    """Open `count` sockets; each has its answer when this returns."""
    return pool.open(addresses(port, fixtures, fixtures["sessions"][:count]), CONNECT_SECONDS)
