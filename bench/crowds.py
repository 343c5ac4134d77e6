"""Sockets that look at the queue board of a desk, as so many open browsers would."""

import json
from collections.abc import Iterable

from bench.client import Address, Crowd, Line
from bench.desks import ask

PANES = ("queue.unassigned", "queue.mine", "queue.high_priority", "queue.overdue")
CONNECT_SECONDS = 60
PER_PERSON = 2
"""Two screens each: every pair of sockets is an audience of its own."""


def facts_of(environment: dict[str, str], sockets: int) -> dict:
    """Signed-in people and tickets; see bench/people.py."""
    return ask(environment, "bench.people", str(sockets), str(PER_PERSON))


def addresses(port: int, facts: dict, sockets: Iterable[str]) -> list[Address]:
    hello = json.dumps({"resume": facts["head"], "epoch": facts["epoch"], "panes": PANES})
    return [Address(port, cookie=f"desk_session={key}", hello=hello) for key in sockets]


def lookers(crowd: Crowd, port: int, facts: dict, count: int) -> list[Line]:
    """Open so many sockets; each is answered before this returns."""
    return crowd.open(addresses(port, facts, facts["sessions"][:count]), CONNECT_SECONDS)
