"""One ticket arrives and gets its owner: how long that takes, and whether it grows with what is open already."""

from dataclasses import dataclass

from bench.harness.demo_databases import DemoDatabases
from bench.harness.servers import DurablePostgreSQL, ServerStack, run_script
from bench.report.results import ResultLog, median, percentile, ratio

GROWTH, P95_MS = 1.2, 50.0
SECONDS = 600


@dataclass(frozen=True, slots=True)
class Scale:
    sizes: tuple[int, int]
    agents: int
    rounds: int
    demo: int = 320


FULL = Scale(sizes=(1_000, 100_000), agents=300, rounds=200)
QUICK = Scale(sizes=(400, 800), agents=20, rounds=10)


def run(results: ResultLog, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for database in ("SQLite", "PostgreSQL"):
        with ServerStack() as stack:
            server = stack.start(DurablePostgreSQL()) if database == "PostgreSQL" else None
            [environment] = DemoDatabases(stack.folder(), server).grow((scale.demo,)).environments.values()
            by_size = {size: _measure(environment, size, scale) for size in scale.sizes}
        _report(results, by_size, scale, database)


def _measure(environment: dict, size: int, scale: Scale) -> dict:
    return run_script(
        environment, "bench.scripts.route_arrivals", str(size), str(scale.agents), str(scale.rounds), seconds=SECONDS
    )


def _report(results: ResultLog, by_size: dict[int, dict], scale: Scale, database: str) -> None:
    few, many = (by_size[size] for size in scale.sizes)
    where = {"db": database, "agents": scale.agents, "open": many["open"]}
    times = many["routed_ms"]
    p95, p50 = percentile(times, 0.95), percentile(times, 0.5)
    claim = percentile(many["claimed_ms"], 0.95)
    name = f"assignment at arrival, {many['open']:,} open"
    results.add(f"{name}: p95", p95, unit="ms", most=P95_MS, p50=p50, p99=percentile(times, 0.99), **where)
    results.add(f"{name}: p95 of a claim by hand beside it", claim, unit="ms", **where)
    growth = ratio(median(times), median(few["routed_ms"]))
    results.add(f"assignment at arrival: growth {few['open']:,} → {many['open']:,} open", growth, most=GROWTH, **where)
    results.add("arrivals without an owner", 2 * scale.rounds - many["owners"], most=0, **where)
