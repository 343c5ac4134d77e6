"""Sockets that never read, beside others that do: their memory, whether they are closed, whether others wait."""

from bench.harness.cpu import KIB, rss
from bench.load.fanout_targets import ProductTarget
from bench.load.queue_sockets import CONNECT_SECONDS
from bench.load.websockets import Address
from bench.report.results import ResultLog, ratio

SOCKETS = 20
RATE = 10
BIG_BYTES = 16 * 1024
TINY_BUFFER = 4096
CLOSED_WITHIN = 6.0


def run(results: ResultLog, target: ProductTarget, fixtures: dict, *, seconds: float) -> None:
    """Frames of 16 KiB, ten a second: first to the others alone, then with the stuck ones beside them."""
    fast = len(target.connections)
    alone = len(target.publish_at_rate(RATE, seconds, BIG_BYTES))
    before = rss(target.web.pid)
    stalled = target.pool.open(_addresses(target, fixtures), CONNECT_SECONDS, receive_buffer=TINY_BUFFER)
    target.pool.stop_reading(stalled)
    beside = (
        len(target.publish_at_rate(RATE, max(seconds, CLOSED_WITHIN), BIG_BYTES))
        * seconds
        / max(seconds, CLOSED_WITHIN)
    )
    grown = (rss(target.web.pid) - before) / SOCKETS / KIB
    closed = sum(_was_closed(connection) for connection in stalled)
    fixtures = {"n": fast, "stuck": SOCKETS}
    results.add("memory per socket that never reads", grown, unit="KiB", goal="≤ 256", **fixtures)
    results.add("sockets that never read and were closed", closed, goal=str(SOCKETS), **fixtures)
    results.add("deliveries to the others, with ÷ without", ratio(beside, alone), goal="≥ 0.95", **fixtures)


def _addresses(target: ProductTarget, fixtures: dict) -> list[Address]:
    return target.addresses(len(target.connections) + SOCKETS, fixtures)[-SOCKETS:]


def _was_closed(connection) -> bool:
    """Read what the kernel still holds: after it comes either the end or nothing yet."""
    connection.socket.setblocking(False)
    try:
        while connection.socket.recv(1 << 20):
            pass
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
