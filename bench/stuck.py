"""Sockets that never read, beside others that do: what they cost the server, and whether anybody suffers."""

from bench.client import Address
from bench.crowds import CONNECT_SECONDS
from bench.figures import Book, ratio
from bench.machine import KIB, rss
from bench.racers import Ours

SOCKETS = 20
RATE = 10
BIG_BYTES = 16 * 1024
TINY_BUFFER = 4096
CLOSED_WITHIN = 6.0


def run(book: Book, racer: Ours, facts: dict, *, seconds: float) -> None:
    """Frames of 16 KiB, ten a second: first to the others alone, then with the stuck ones beside them."""
    from bench.live_fanout import paced

    fast = len(racer.lines)
    alone = len(paced(racer, RATE, seconds, BIG_BYTES))
    before = rss(racer.web.pid)
    lines = racer.crowd.open(_addresses(racer, facts), CONNECT_SECONDS, receive_buffer=TINY_BUFFER)
    racer.crowd.deaf(lines)
    beside = len(paced(racer, RATE, max(seconds, CLOSED_WITHIN), BIG_BYTES)) * seconds / max(seconds, CLOSED_WITHIN)
    grown = (rss(racer.web.pid) - before) / SOCKETS / KIB
    closed = sum(_was_closed(line) for line in lines)
    facts = {"n": fast, "stuck": SOCKETS}
    book.add("memory per socket that never reads", grown, unit="KiB", goal="≤ 256", **facts)
    book.add("sockets that never read and were closed", closed, goal=str(SOCKETS), **facts)
    book.add("deliveries to the others, with ÷ without", ratio(beside, alone), goal="≥ 0.95", **facts)


def _addresses(racer: Ours, facts: dict) -> list[Address]:
    return racer.addresses(len(racer.lines) + SOCKETS, facts)[-SOCKETS:]


def _was_closed(line) -> bool:
    """Read what the kernel still holds: at its end there is either an end or nothing yet."""
    line.socket.setblocking(False)
    try:
        while line.socket.recv(1 << 20):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
