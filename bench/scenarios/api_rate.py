"""Ticket updates per second through the REST API, with sockets open that follow them, beside a minimal view."""

from dataclasses import dataclass

from bench.harness.cpu import CpuMeter, CpuUsage
from bench.harness.servers import MODES, ServerStack, WebProcess, web_pid
from bench.load import queue_sockets
from bench.load.api_load import LATE_SECONDS, ApiLoad, LoadResult
from bench.load.priority_changers import CHANGE, ChangePlan
from bench.load.queue_audience import QueueAudience
from bench.report.results import ResultLog, median, percentile, ratio
from tests.stack.desk import Desk

CLIENTS = 8
TICKETS_EACH = 4
GOAL = {"PostgreSQL + Redis": 200.0}
OF_MINIMAL = 0.75
MINIMAL = "/minimal/change/{}/"


@dataclass(frozen=True, slots=True)
class Scale:
    sockets: int
    repeats: int
    seconds: float


FULL = Scale(sockets=200, repeats=3, seconds=4.0)
QUICK = Scale(sockets=10, repeats=1, seconds=1.0)


def run(results: ResultLog, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for mode in reversed(MODES):
        with ServerStack() as stack:
            desk, _ = stack.desk_in(mode)
            fixtures = queue_sockets.signed_in_agents(desk.environment, scale.sockets)
            minimal = stack.start(
                WebProcess(application="bench.minimal.asgi:application", environment=desk.environment)
            )
            _measure(results, desk, minimal, fixtures, mode, scale)


def _measure(results: ResultLog, desk: Desk, minimal: WebProcess, fixtures: dict, mode: str, scale: Scale) -> None:
    for port, path in ((desk.port, CHANGE), (minimal.port, MINIMAL)):
        _turn(port, path, fixtures, 1.0, None, [])  # warm
    for sockets in (0, scale.sockets):
        audience = QueueAudience(desk.port, fixtures, sockets)
        ours, least, usages = [], [], []
        try:
            for _ in range(scale.repeats):
                ours.append(_turn(desk.port, CHANGE, fixtures, scale.seconds, audience, usages, web_pid(desk)))
                least.append(_turn(minimal.port, MINIMAL, fixtures, scale.seconds, audience, usages, minimal.pid))
        finally:
            audience.pool.close()
        _report(results, ours, least, usages, mode=mode, sockets=sockets)


def _turn(port: int, path: str, fixtures: dict, seconds: float, audience, usages: list, pid: int = 0) -> LoadResult:
    """Eight programs of eight people at once, each with tickets of its own, as fast as they are answered."""
    plans = []
    for number in range(CLIENTS):
        tickets = fixtures["tickets"][number::CLIENTS][:TICKETS_EACH]
        token = fixtures["tokens"][number % len(fixtures["tokens"])]
        plans.append(ChangePlan(port, token, tickets, rate=0, seconds=seconds, path=path))
    meter = CpuMeter([pid]) if pid else None
    with ApiLoad(plans) as programs:
        if audience and audience.pool.connections:
            audience.pool.run(seconds + LATE_SECONDS, programs.over)
        outcome = programs.result()
    if meter:
        cost = meter.stop()  # of what the programs did: their own start is not the server's time
        usages.append(CpuUsage(outcome.took, cost.server_seconds, cost.client_seconds))
    return outcome


def _report(
    results: ResultLog,
    ours: list[LoadResult],
    least: list[LoadResult],
    usages: list[CpuUsage],
    *,
    mode: str,
    sockets: int,
):
    usage = CpuUsage.sum_of(usages[0::2])
    rates, limits = ([result.per_second for result in those] for those in (ours, least))
    where = {"mode": mode, "sockets": sockets, "clients": CLIENTS}
    goal = GOAL.get(mode) if sockets else None
    beside = {"repeats": rates, "minimal": median(limits), "usage": usage}
    results.add("ticket updates per second by REST", median(rates), unit="1/s", least=goal, **beside, **where)
    share = ratio(median(rates), median(limits))
    # The bound compares two ways to change a row; what the sockets cost comes on top and is shown apart.
    results.add(
        "updates by REST ÷ minimal view", share, least=None if sockets else OF_MINIMAL, minimals=limits, **where
    )
    for name, those in (("product", ours), ("minimal", least)):
        late = median(percentile(result.seconds, 0.95) for result in those)
        refused = sum(sum(result.refusals.values()) for result in those)
        why = next((reason for result in those for reason in result.refusals), "")
        p95 = None if late is None else 1000 * late
        results.add("updates by REST, p95", p95, unit="ms", who=name, errors=refused, first_error=why, **where)
        if name == "product":
            results.add("updates by REST refused or failed", refused, most=0, first_error=why, **where)
