"""Fan-out alone: one text published, until the last byte of it has reached the last socket.

The product's hub and sockets against reference A (bare asyncio) and the naive consumers, in runs, in one run.
"""

import contextlib
from dataclasses import dataclass, field

import redis

from bench.harness.cpu import KIB, CpuMeter, CpuUsage
from bench.harness.servers import ServerStack, WebProcess
from bench.load import queue_sockets
from bench.load.fanout_targets import FRAME_BYTES, FanoutTarget, NaiveTarget, ProductTarget, RawAsyncioTarget
from bench.report.results import SAME_RUN, ResultLog, median, percentile, ratio
from bench.scenarios import stalled_sockets

IN_FLIGHT = 6
LEFT_OUT = "a slow socket is left out and gets the newest state later: real changes, not the texts of this race"
RUNS = ("A", "naive", "ours", "A again")
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
class TargetRun:
    """What one target did in one run."""

    saturated: float | None = None
    """Deliveries per CPU second of the server."""
    per_delivery: float | None = None
    """Microseconds of the server's CPU, at ten texts a second."""
    slow: list[float] = field(default_factory=list)
    fast: list[float] = field(default_factory=list)
    missing: dict[int, int] = field(default_factory=dict)
    """Deliveries that never came, by rate."""
    usage: CpuUsage | None = None


def run(results: ResultLog, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for sockets in scale.sockets:
        with ServerStack() as stack:
            _race(results, stack, sockets, scale)


def _race(results: ResultLog, stack: ServerStack, sockets: int, scale: Scale) -> None:
    targets, fixtures = start(stack, sockets)
    connects = {}
    for target in targets.values():
        connects[target.name] = sockets / max(0.01, target.connect(target.addresses(sockets, fixtures)))
    _report_sockets(results, targets, connects, sockets, _idle_usage(targets, scale.idle_seconds))
    runs: dict[str, list[TargetRun]] = {name: [] for name in RUNS}
    for _ in range(scale.repeats):
        for name in RUNS:
            runs[name].append(_measure(targets[name.split()[0]], scale.seconds))
    _report_runs(results, runs, sockets)
    if sockets == scale.sockets[0]:
        stalled_sockets.run(results, targets["ours"], fixtures, seconds=scale.seconds * 4)


def start(stack: ServerStack, sockets: int) -> tuple[dict[str, FanoutTarget], dict]:
    """The three servers, and the people whose sockets the product gets."""
    postgresql, store = stack.services()
    desk = stack.desk(postgresql=postgresql, redis=store, WEB="1")
    fixtures = queue_sockets.signed_in_agents(desk.environment, sockets + stalled_sockets.SOCKETS)
    desk.stop()  # its database stays; the race needs its web process alone
    redis_client = redis.Redis.from_url(store.url)
    stack.on_exit(redis_client.close)
    address = {"REDIS_URL": store.url}
    ours = WebProcess(application="bench.yardsticks.ours:application", environment=desk.environment)
    naive = WebProcess(application="bench.yardsticks.naive:application", environment=address)
    raw = WebProcess(module="bench.yardsticks.raw_asyncio", arguments=(store.url,), environment=address)
    targets: dict[str, FanoutTarget] = {}
    for kind, web in ((RawAsyncioTarget, raw), (NaiveTarget, naive), (ProductTarget, ours)):
        stack.start(web)
        targets[kind.name] = kind(web, redis_client)
        stack.on_exit(targets[kind.name].pool.close)
    return targets, fixtures


def _measure(target: FanoutTarget, seconds: float) -> TargetRun:
    run = TargetRun()
    meter = CpuMeter([target.web.pid])
    run.slow, run.missing[10] = target.publish_at_rate(10, seconds), target.missing()
    if target.delays:
        run.per_delivery = meter.stop().server_seconds / len(target.delays) * 1e6
    run.saturated, run.usage = _saturated(target, seconds)
    if target.name != "naive":  # at fifty a second it only piles up what it will never deliver
        run.fast, run.missing[50] = target.publish_at_rate(50, seconds), target.missing()
    return run


def _saturated(target: FanoutTarget, seconds: float) -> tuple[float | None, CpuUsage]:
    """Closed loop: a new text as soon as one has reached everybody."""
    target.forget()
    meter = CpuMeter([target.web.pid])
    oldest = target.seq + 1

    def keep_busy() -> bool:
        nonlocal oldest
        while target.complete(oldest):
            oldest += 1
        while target.seq < oldest + IN_FLIGHT - 1:
            target.publish(FRAME_BYTES)
        return False

    with contextlib.suppress(redis.ConnectionError):
        target.pool.run(seconds, keep_busy)
    usage, got = meter.stop(), len(target.delays)
    target.drain()
    return (got / usage.server_seconds if usage.server_seconds else None), usage


def _idle_usage(targets: dict[str, FanoutTarget], seconds: float) -> dict[str, CpuUsage]:
    meters = {name: CpuMeter([target.web.pid]) for name, target in targets.items()}
    for target in targets.values():
        target.pool.run(seconds / len(targets))
    return {name: meter.stop() for name, meter in meters.items()}


def _report_sockets(results: ResultLog, targets: dict, connects: dict, sockets: int, idle: dict[str, CpuUsage]) -> None:
    # The bounds of this table are due with the direct write: until then everything is reported without a verdict.
    for name, target in targets.items():
        results.add("RSS per idle socket", target.rss_per_socket() / KIB, unit="KiB", who=name, n=sockets, goal="≤ 45")
        results.add("CPU while nothing happens", idle[name].server, unit="% of a core", who=name, n=sockets, goal="≤ 2")
        results.add("connects per CPU second", connects[name], unit="1/s", who=name, n=sockets)
    share = ratio(connects["ours"], connects["naive"])
    note = "ours reads session, person and rights and answers a hello; the naive one asks nobody"
    results.add("connects per CPU second ÷ naive", share, n=sockets, goal="≥ 1.2 before sign-in", note=note)


def _report_runs(results: ResultLog, runs: dict[str, list[TargetRun]], sockets: int) -> None:
    saturated = {name: [run.saturated for run in those] for name, those in runs.items()}
    first, again = median(saturated["A"]), median(saturated["A again"])
    apart = abs(first - again) / max(first, again) if first and again else 1.0
    void = f"the two runs of A differ by {apart:.0%}" if apart > SAME_RUN else ""
    reference = median(saturated["A"] + saturated["A again"])
    for name, those in runs.items():
        _report_target(results, name, those, saturated[name], sockets)
    ours = median(saturated["ours"])
    where = {"n": sockets, "void": void}
    results.add("deliveries per CPU second ÷ A", ratio(ours, reference), goal="≥ 0.75", **where)
    results.add("deliveries per CPU second ÷ naive", ratio(ours, median(saturated["naive"])), goal="≥ 25", **where)
    cost = {name: median(run.per_delivery for run in those) for name, those in runs.items()}
    raw = median([cost["A"], cost["A again"]])
    results.add("CPU per delivery at 10/s ÷ A", ratio(cost["ours"], raw), goal="≤ 1.75 of Node ws", **where)
    late = {name: median(percentile(run.fast, 0.99) for run in those) for name, those in runs.items()}
    raw = median([late["A"], late["A again"]])
    results.add("p99 at 50/s ÷ A", ratio(late["ours"], raw), goal="≤ 1.5 of Node ws", **where)


def _report_target(results: ResultLog, who: str, runs: list[TargetRun], saturated: list, sockets: int) -> None:
    usage = CpuUsage.sum_of([run.usage for run in runs if run.usage])
    whose = {"who": who, "n": sockets, "repeats": saturated, "usage": usage}
    note = "" if usage.server >= SATURATED else "the server was not saturated: its cost counts, its speed does not"
    if usage.client > CLIENT_MOST:
        note = "the load client was busy itself: the server's cost counts, its speed does not"
    results.add("deliveries per CPU second", median(saturated), unit="1/s", note=note, **whose)
    cost = median(run.per_delivery for run in runs)
    results.add("CPU per delivery at 10/s", cost, unit="µs", who=who, n=sockets)
    for rate, name in ((10, "slow"), (50, "fast")):
        delays = [getattr(run, name) for run in runs]
        p50, p99 = (median(percentile(seconds, share) for seconds in delays) for share in (0.5, 0.99))
        if p99 is not None:
            at = {"who": who, "n": sockets, "p50": 1000 * (p50 or 0)}
            results.add(f"p99 publish → socket at {rate}/s", 1000 * p99, unit="ms", **at)
        if p99 is not None:
            lost = sum(run.missing[rate] for run in runs)
            note = LEFT_OUT if who == "ours" and lost else ""
            results.add(f"deliveries missing at {rate}/s", lost, who=who, n=sockets, goal="0", note=note)
