"""The whole way: a change is written, until its last byte is on the last of many sockets. In both modes."""

import time
from dataclasses import dataclass

from bench.harness.cpu import CpuMeter, CpuUsage
from bench.harness.servers import MODES, ServerStack, priority_changes, run_script, web_pid
from bench.load import queue_sockets
from bench.load.api_load import LATE_SECONDS, ApiLoad
from bench.load.priority_changers import ChangePlan
from bench.load.queue_audience import Delays, QueueAudience
from bench.report.results import ResultLog, percentile
from bench.scenarios import browser_paint
from tests.stack.desk import Desk

DRAIN_SECONDS = 6.0
P95, P99, AIM = 500, 1000, 250
WARM_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class Scale:
    sockets: tuple[int, ...]
    rates: tuple[int, ...]
    seconds: float
    many: int


FULL = Scale(sockets=(200, 1000), rates=(10, 20), seconds=8.0, many=5_000)
QUICK = Scale(sockets=(20,), rates=(10,), seconds=2.0, many=50)


def run(results: ResultLog, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for mode in MODES:
        with ServerStack() as stack:
            desk, store = stack.desk_in(mode)
            fixtures = queue_sockets.signed_in_agents(desk.environment, max(scale.sockets))
            _sockets(results, desk, fixtures, mode, scale, store)
            browser_paint.run(results, desk, fixtures, mode=mode, seconds=scale.seconds, many=scale.many)


def _sockets(results: ResultLog, desk: Desk, fixtures: dict, mode: str, scale: Scale, store) -> None:
    for count in scale.sockets:
        audience = QueueAudience(desk.port, fixtures, count)
        try:
            _changes(desk, fixtures, audience, rate=scale.rates[0], seconds=WARM_SECONDS)
            for rate in scale.rates:
                began, usage = _changes(desk, fixtures, audience, rate=rate, seconds=scale.seconds)
                _report(results, desk, audience, began, usage, mode=mode, n=count, rate=rate, door="REST")
            if count == scale.sockets[-1]:
                began, usage = _from_a_shell(desk, fixtures, audience, rate=scale.rates[0], seconds=scale.seconds / 2)
                _report(results, desk, audience, began, usage, mode=mode, n=count, rate=scale.rates[0], door="shell")
            if store and count == scale.sockets[0]:
                _without_redis(results, desk, fixtures, audience, store, mode=mode, n=count)
        finally:
            audience.pool.close()


def _changes(
    desk: Desk, fixtures: dict, audience: QueueAudience, *, rate: float, seconds: float
) -> tuple[float, CpuUsage]:
    """By a program through REST. Returns when it began, and what it cost."""
    audience.forget()
    began, meter = time.time(), CpuMeter([web_pid(desk)])
    plan = ChangePlan(port=desk.port, token=fixtures["token"], tickets=fixtures["tickets"], rate=rate, seconds=seconds)
    with ApiLoad([plan]) as programs:
        audience.pool.run(seconds + LATE_SECONDS, programs.over)
        cost, outcome = meter.stop(), programs.result()
    if outcome.refusals:
        raise RuntimeError(f"changes were refused: {outcome.refusals}")
    _drain(desk, audience, began)
    return began, CpuUsage(outcome.took, cost.server_seconds, cost.client_seconds)


def _from_a_shell(
    desk: Desk, fixtures: dict, audience: QueueAudience, *, rate: float, seconds: float
) -> tuple[float, CpuUsage]:
    """By a process that serves no browser, as the worker or a shell."""
    audience.forget()
    began, meter = time.time(), CpuMeter([web_pid(desk)])
    words = (str(rate), str(seconds), *map(str, fixtures["tickets"]))
    audience.while_listening(run_script, desk.environment, "bench.scripts.change_priorities", *words)
    usage = meter.stop()
    _drain(desk, audience, began)
    return began, usage


def _drain(desk: Desk, audience: QueueAudience, since: float) -> None:
    """Until everybody has the last change, and the figures that follow a quarter of a second later."""
    changes = audience.while_listening(priority_changes, desk, since)
    if changes:
        audience.pool.run(DRAIN_SECONDS, lambda: audience.shown(changes[-1][0]))
    audience.pool.run(0.5)


def _report(results: ResultLog, desk: Desk, audience: QueueAudience, began: float, usage: CpuUsage, **where) -> None:
    changes = audience.while_listening(priority_changes, desk, began)
    if not changes:
        raise RuntimeError(f"no change was made from {where['door']}: nothing was measured")
    rows, figures = audience.rows(changes), audience.figures(changes)
    where |= {"changes": len(changes), "usage": usage}
    late = {share: _ms(rows, share) for share in (0.5, 0.95, 0.99)}
    extra = {"p50": late[0.5], "p99": late[0.99], "delivery_p50": 1000 * (percentile(rows.each, 0.5) or 0)}
    results.add("commit → last byte, p95", late[0.95], unit="ms", most=P95, aim=AIM, **extra, **where)
    results.add("commit → last byte, p99", late[0.99], unit="ms", most=P99, **where)
    results.add("figures of the lanes: commit → last byte, p95", _ms(figures, 0.95), unit="ms", **where)
    lost = rows.missing + sum(connection.closed for connection in audience.pool.connections)
    results.add("deliveries missing or sockets lost", lost, most=0, **where)
    if where["door"] == "REST":
        spent = 1000 * usage.server_seconds / len(changes)
        results.add("CPU of the web process per change, the request included", spent, unit="ms", **where)
    per_change = audience.bytes / max(1, len(changes)) / len(audience.pool.connections)
    results.add("bytes per change and socket", per_change, unit="B", refetches=audience.refetches, **where)


def _ms(delays: Delays, share: float) -> float | None:
    value = percentile(delays.last, share)
    return None if value is None else 1000 * value


def _without_redis(
    results: ResultLog, desk: Desk, fixtures: dict, audience: QueueAudience, store, *, mode: str, n: int
) -> None:
    """Redis is killed and comes back empty; five changes in the gap, five after it. Nobody may lose one."""
    store.kill()
    began, _ = _changes(desk, fixtures, audience, rate=5, seconds=1.0)
    gone = audience.rows(audience.while_listening(priority_changes, desk, began))
    where = {"mode": mode, "n": n, "changes": 5}
    results.add(
        "commit → last byte while Redis is away, p99", _ms(gone, 0.99), unit="ms", missing=gone.missing, **where
    )
    store.start()
    audience.pool.run(3.0)
    began, _ = _changes(desk, fixtures, audience, rate=5, seconds=1.0)
    back = audience.rows(audience.while_listening(priority_changes, desk, began))
    results.add(
        "commit → last byte after Redis came back, p99", _ms(back, 0.99), unit="ms", missing=back.missing, **where
    )
    results.add("deliveries missing around the restart of Redis", gone.missing + back.missing, most=0, **where)
