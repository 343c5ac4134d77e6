"""The whole way: a change is written, until its last byte is on the last of many sockets. In both modes."""

import time
from dataclasses import dataclass

from bench import crowds, painted
from bench.audience import Audience, Delays
from bench.changes import Order
from bench.desks import House, ask, history, web_pid
from bench.figures import Book, percentile
from bench.machine import Span, Watch
from bench.programs import LATE_SECONDS, Programs
from tests.stack.desk import Desk

DRAIN_SECONDS = 6.0
P95, P99, AIM = 500, 1000, 250
WARM_SECONDS = 1.5
MODES = ("embedded", "PostgreSQL + Redis")


@dataclass(frozen=True, slots=True)
class Scale:
    sockets: tuple[int, ...]
    rates: tuple[int, ...]
    seconds: float
    many: int


FULL = Scale(sockets=(200, 1000), rates=(10, 20), seconds=8.0, many=5_000)
QUICK = Scale(sockets=(20,), rates=(10,), seconds=2.0, many=50)


def run(book: Book, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for mode in MODES:
        with House() as house:
            store = None
            if mode == "embedded":
                desk = house.desk()
            else:
                postgresql, store = house.services()
                desk = house.desk(postgresql=postgresql, redis=store, WEB="1")
            facts = crowds.facts_of(desk.environment, max(scale.sockets))
            _sockets(book, desk, facts, mode, scale, store)
            painted.run(book, desk, facts, mode=mode, seconds=scale.seconds, many=scale.many)


def _sockets(book: Book, desk: Desk, facts: dict, mode: str, scale: Scale, store) -> None:
    for count in scale.sockets:
        audience = Audience(desk.port, facts, count)
        try:
            _changes(desk, facts, audience, rate=scale.rates[0], seconds=WARM_SECONDS)
            for rate in scale.rates:
                began, span = _changes(desk, facts, audience, rate=rate, seconds=scale.seconds)
                _report(book, desk, audience, began, span, mode=mode, n=count, rate=rate, door="REST")
            if count == scale.sockets[-1]:
                began, span = _from_a_shell(desk, facts, audience, rate=scale.rates[0], seconds=scale.seconds / 2)
                _report(book, desk, audience, began, span, mode=mode, n=count, rate=scale.rates[0], door="shell")
            if store and count == scale.sockets[0]:
                _without_redis(book, desk, facts, audience, store, mode=mode, n=count)
        finally:
            audience.crowd.close()


def _changes(desk: Desk, facts: dict, audience: Audience, *, rate: float, seconds: float) -> tuple[float, Span]:
    """By a program through REST. Returns when it began, and what it cost."""
    audience.forget()
    began, watch = time.time(), Watch([web_pid(desk)])
    order = Order(port=desk.port, token=facts["token"], tickets=facts["tickets"], rate=rate, seconds=seconds)
    with Programs([order]) as programs:
        audience.crowd.run(seconds + LATE_SECONDS, programs.over)
        cost, outcome = watch.stop(), programs.outcome()
    if outcome.refusals:
        raise RuntimeError(f"changes were refused: {outcome.refusals}")
    _drain(desk, audience, began)
    return began, Span(outcome.took, cost.server_seconds, cost.client_seconds)


def _from_a_shell(desk: Desk, facts: dict, audience: Audience, *, rate: float, seconds: float) -> tuple[float, Span]:
    """By a process that serves no browser, as the worker or a shell."""
    audience.forget()
    began, watch = time.time(), Watch([web_pid(desk)])
    words = (str(rate), str(seconds), *map(str, facts["tickets"]))
    audience.while_listening(ask, desk.environment, "bench.shell", *words)
    span = watch.stop()
    _drain(desk, audience, began)
    return began, span


def _drain(desk: Desk, audience: Audience, since: float) -> None:
    """Until everybody has the last change, and the figures that follow a quarter of a second later."""
    changes = audience.while_listening(history, desk, since)
    if changes:
        audience.crowd.run(DRAIN_SECONDS, lambda: audience.shown(changes[-1][0]))
    audience.crowd.run(0.5)


def _report(book: Book, desk: Desk, audience: Audience, began: float, span: Span, **where) -> None:
    changes = audience.while_listening(history, desk, began)
    if not changes:
        raise RuntimeError(f"no change was made from {where['door']}: nothing was measured")
    rows, figures = audience.rows(changes), audience.figures(changes)
    where |= {"changes": len(changes), "span": span}
    late = {share: _ms(rows, share) for share in (0.5, 0.95, 0.99)}
    extra = {"p50": late[0.5], "p99": late[0.99], "delivery_p50": 1000 * (percentile(rows.each, 0.5) or 0)}
    book.add("commit → last byte, p95", late[0.95], unit="ms", most=P95, aim=AIM, **extra, **where)
    book.add("commit → last byte, p99", late[0.99], unit="ms", most=P99, **where)
    book.add("figures of the lanes: commit → last byte, p95", _ms(figures, 0.95), unit="ms", **where)
    lost = rows.missing + sum(line.closed for line in audience.crowd.lines)
    book.add("deliveries missing or sockets lost", lost, most=0, **where)
    if where["door"] == "REST":
        spent = 1000 * span.server_seconds / len(changes)
        book.add("CPU of the web process per change, the request included", spent, unit="ms", **where)
    per_change = audience.bytes / max(1, len(changes)) / len(audience.crowd.lines)
    book.add("bytes per change and socket", per_change, unit="B", refetches=audience.refetches, **where)


def _ms(delays: Delays, share: float) -> float | None:
    value = percentile(delays.last, share)
    return None if value is None else 1000 * value


def _without_redis(book: Book, desk: Desk, facts: dict, audience: Audience, store, *, mode: str, n: int) -> None:
    """Redis is killed and comes back empty; five changes in the gap, five after it. Nobody may lose one."""
    store.kill()
    began, _ = _changes(desk, facts, audience, rate=5, seconds=1.0)
    gone = audience.rows(audience.while_listening(history, desk, began))
    where = {"mode": mode, "n": n, "changes": 5}
    book.add("commit → last byte while Redis is away, p99", _ms(gone, 0.99), unit="ms", missing=gone.missing, **where)
    store.start()
    audience.crowd.run(3.0)
    began, _ = _changes(desk, facts, audience, rate=5, seconds=1.0)
    back = audience.rows(audience.while_listening(history, desk, began))
    book.add("commit → last byte after Redis came back, p99", _ms(back, 0.99), unit="ms", missing=back.missing, **where)
    book.add("deliveries missing around the restart of Redis", gone.missing + back.missing, most=0, **where)
