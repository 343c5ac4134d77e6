"""Fan-out alone: one text published, until the last byte of it has reached the last socket.

The product's hub and sockets against reference A (bare asyncio) and the naive consumers, in turns, in one run.
"""

import contextlib
from dataclasses import dataclass, field

import redis

from bench import crowds, stuck
from bench.desks import House, Web
from bench.figures import SAME_RUN, Book, median, percentile, ratio
from bench.machine import KIB, Span, Watch
from bench.racers import Naive, Ours, Racer, RawAsyncio

FRAME_BYTES = 600
IN_FLIGHT = 6
LEFT_OUT = "a slow socket is left out and gets the newest state later: real changes, not the texts of this race"
TURNS = ("A", "naive", "ours", "A again")
SATURATED = 95.0
"""Percent of its core that a server has to use before its throughput is its own."""
CLIENT_MOST = 80.0
"""Percent of its core that the load client may use before it is what is measured."""


@dataclass(frozen=True, slots=True)
class Scale:
    sockets: tuple[int, ...]
    repeats: int
    seconds: float
    idle_seconds: float


FULL = Scale(sockets=(200, 1000), repeats=3, seconds=2.0, idle_seconds=12.0)
QUICK = Scale(sockets=(20,), repeats=1, seconds=0.7, idle_seconds=1.5)


@dataclass
class Turn:
    """What one racer did in one turn."""

    saturated: float | None = None
    """Deliveries per CPU second of the server."""
    per_delivery: float | None = None
    """Microseconds of the server's CPU, at ten texts a second."""
    slow: list[float] = field(default_factory=list)
    fast: list[float] = field(default_factory=list)
    missing: dict[int, int] = field(default_factory=dict)
    """Deliveries that never came, by rate."""
    span: Span | None = None


def run(book: Book, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for sockets in scale.sockets:
        with House() as house:
            _race(book, house, sockets, scale)


def _race(book: Book, house: House, sockets: int, scale: Scale) -> None:
    racers, facts = start(house, sockets)
    connects = {}
    for racer in racers.values():
        connects[racer.name] = sockets / max(0.01, racer.connect(racer.addresses(sockets, facts)))
    _report_sockets(book, racers, connects, sockets, _silence(racers, scale.idle_seconds))
    turns: dict[str, list[Turn]] = {name: [] for name in TURNS}
    for _ in range(scale.repeats):
        for name in TURNS:
            turns[name].append(_turn(racers[name.split()[0]], scale.seconds))
    _report_turns(book, turns, sockets)
    if sockets == scale.sockets[0]:
        stuck.run(book, racers["ours"], facts, seconds=scale.seconds * 4)


def start(house: House, sockets: int) -> tuple[dict[str, Racer], dict]:
    """The three servers, and the people whose sockets the product gets."""
    postgresql, store = house.services()
    desk = house.desk(postgresql=postgresql, redis=store, WEB="1")
    facts = crowds.facts_of(desk.environment, sockets + stuck.SOCKETS)
    desk.stop()  # its database stays; the race needs its web process alone
    line = redis.Redis.from_url(store.url)
    house.on_exit(line.close)
    address = {"REDIS_URL": store.url}
    ours = Web(application="bench.yardsticks.ours:application", environment=desk.environment)
    naive = Web(application="bench.yardsticks.naive:application", environment=address)
    raw = Web(module="bench.yardsticks.raw_asyncio", arguments=(store.url,), environment=address)
    racers: dict[str, Racer] = {}
    for kind, web in ((RawAsyncio, raw), (Naive, naive), (Ours, ours)):
        house.start(web)
        racers[kind.name] = kind(web, line)
        house.on_exit(racers[kind.name].crowd.close)
    return racers, facts


def _turn(racer: Racer, seconds: float) -> Turn:
    turn = Turn()
    watch = Watch([racer.web.pid])
    turn.slow, turn.missing[10] = paced(racer, 10, seconds), racer.missing()
    if racer.delays:
        turn.per_delivery = watch.stop().server_seconds / len(racer.delays) * 1e6
    turn.saturated, turn.span = _saturated(racer, seconds)
    if racer.name != "naive":  # at fifty a second it only piles up what it will never deliver
        turn.fast, turn.missing[50] = paced(racer, 50, seconds), racer.missing()
    return turn


def paced(racer: Racer, rate: int, seconds: float, size: int = FRAME_BYTES) -> list[float]:
    """So many texts a second; the delay of every delivery. Waits for the last, but not for ever."""
    racer.forget()
    for _ in range(max(3, int(rate * seconds))):
        racer.publish(size)
        racer.crowd.run(1 / rate)
    racer.drain()
    return list(racer.delays)


def _saturated(racer: Racer, seconds: float) -> tuple[float | None, Span]:
    """Closed loop: a new text as soon as one has reached everybody."""
    racer.forget()
    watch = Watch([racer.web.pid])
    oldest = racer.seq + 1

    def keep_busy() -> bool:
        nonlocal oldest
        while racer.complete(oldest):
            oldest += 1
        while racer.seq < oldest + IN_FLIGHT - 1:
            racer.publish(FRAME_BYTES)
        return False

    with contextlib.suppress(redis.ConnectionError):
        racer.crowd.run(seconds, keep_busy)
    span, got = watch.stop(), len(racer.delays)
    racer.drain()
    return (got / span.server_seconds if span.server_seconds else None), span


def _silence(racers: dict[str, Racer], seconds: float) -> dict[str, Span]:
    watches = {name: Watch([racer.web.pid]) for name, racer in racers.items()}
    for racer in racers.values():
        racer.crowd.run(seconds / len(racers))
    return {name: watch.stop() for name, watch in watches.items()}


def _report_sockets(book: Book, racers: dict, connects: dict, sockets: int, idle: dict[str, Span]) -> None:
    # The bounds of this table are due with the direct write: until then everything is reported without a verdict.
    for name, racer in racers.items():
        book.add("RSS per idle socket", racer.rss_per_socket() / KIB, unit="KiB", who=name, n=sockets, goal="≤ 45")
        book.add("CPU while nothing happens", idle[name].server, unit="% of a core", who=name, n=sockets, goal="≤ 2")
        book.add("connects per CPU second", connects[name], unit="1/s", who=name, n=sockets)
    share = ratio(connects["ours"], connects["naive"])
    note = "ours reads session, person and rights and answers a hello; the naive one asks nobody"
    book.add("connects per CPU second ÷ naive", share, n=sockets, goal="≥ 1.2 before sign-in", note=note)


def _report_turns(book: Book, turns: dict[str, list[Turn]], sockets: int) -> None:
    saturated = {name: [turn.saturated for turn in those] for name, those in turns.items()}
    first, again = median(saturated["A"]), median(saturated["A again"])
    apart = abs(first - again) / max(first, again) if first and again else 1.0
    void = f"the two runs of A differ by {apart:.0%}" if apart > SAME_RUN else ""
    reference = median(saturated["A"] + saturated["A again"])
    for name, those in turns.items():
        _report_racer(book, name, those, saturated[name], sockets)
    ours = median(saturated["ours"])
    facts = {"n": sockets, "void": void}
    book.add("deliveries per CPU second ÷ A", ratio(ours, reference), goal="≥ 0.75", **facts)
    book.add("deliveries per CPU second ÷ naive", ratio(ours, median(saturated["naive"])), goal="≥ 25", **facts)
    cost = {name: median(turn.per_delivery for turn in those) for name, those in turns.items()}
    raw = median([cost["A"], cost["A again"]])
    book.add("CPU per delivery at 10/s ÷ A", ratio(cost["ours"], raw), goal="≤ 1.75 of Node ws", **facts)
    late = {name: median(percentile(turn.fast, 0.99) for turn in those) for name, those in turns.items()}
    raw = median([late["A"], late["A again"]])
    book.add("p99 at 50/s ÷ A", ratio(late["ours"], raw), goal="≤ 1.5 of Node ws", **facts)


def _report_racer(book: Book, who: str, turns: list[Turn], saturated: list, sockets: int) -> None:
    spans = [turn.span for turn in turns]
    span = Span(*(sum(getattr(one, name) for one in spans) for name in ("seconds", "server_seconds", "client_seconds")))
    whose = {"who": who, "n": sockets, "repeats": saturated, "span": span}
    note = "" if span.server >= SATURATED else "the server was not saturated: its cost counts, its speed does not"
    if span.client > CLIENT_MOST:
        note = "the load client was busy itself: the server's cost counts, its speed does not"
    book.add("deliveries per CPU second", median(saturated), unit="1/s", note=note, **whose)
    cost = median(turn.per_delivery for turn in turns)
    book.add("CPU per delivery at 10/s", cost, unit="µs", who=who, n=sockets)
    for rate, name in ((10, "slow"), (50, "fast")):
        delays = [getattr(turn, name) for turn in turns]
        p50, p99 = (median(percentile(one, share) for one in delays) for share in (0.5, 0.99))
        if p99 is not None:
            at = {"who": who, "n": sockets, "p50": 1000 * (p50 or 0)}
            book.add(f"p99 publish → socket at {rate}/s", 1000 * p99, unit="ms", **at)
        if p99 is not None:
            lost = sum(turn.missing[rate] for turn in turns)
            note = LEFT_OUT if who == "ours" and lost else ""
            book.add(f"deliveries missing at {rate}/s", lost, who=who, n=sockets, goal="0", note=note)
