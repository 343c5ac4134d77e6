"""Search over few and many tickets, and what keeping its index costs a change."""

from dataclasses import dataclass

from bench.harness.demo_databases import DemoDatabases
from bench.harness.servers import DurablePostgreSQL, ServerStack, run_script
from bench.report.results import ResultLog, median, percentile, ratio

P95_MS, GROWTH, UPKEEP = 60.0, 1.5, 1.05
SECONDS = 900


@dataclass(frozen=True, slots=True)
class Scale:
    """`rounds`: how often each query is asked, and how many changes of a kind are made with and without the index."""

    sizes: tuple[int, int]
    rounds: int
    changes: int


FULL = Scale(sizes=(2_000, 100_000), rounds=5, changes=300)
QUICK = Scale(sizes=(320, 400), rounds=1, changes=10)


def run(results: ResultLog, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for database in ("SQLite", "PostgreSQL"):
        with ServerStack() as stack:
            server = stack.start(DurablePostgreSQL()) if database == "PostgreSQL" else None
            environments = DemoDatabases(stack.folder(), server).grow(scale.sizes).environments
            by_size = {size: _measure(environments[size], scale) for size in scale.sizes}
        _report(results, by_size, scale, database)


def _measure(environment: dict, scale: Scale) -> dict:
    arguments = (str(scale.rounds), str(scale.changes))
    return run_script(environment, "bench.scripts.measure_search", *arguments, seconds=SECONDS)


def _report(results: ResultLog, by_size: dict[int, dict], scale: Scale, database: str) -> None:
    many = by_size[scale.sizes[-1]]
    where = {"db": database, "sizes": list(scale.sizes), "messages": many["messages"]}
    p95 = {size: percentile(_times(those), 0.95) for size, those in by_size.items()}
    last = scale.sizes[-1]
    slowest = max(many["ms"], key=lambda query: median(many["ms"][query]) or 0.0)
    results.add(
        f"search, {last:,} tickets: p95",
        p95[last],
        unit="ms",
        most=P95_MS,
        p50=percentile(_times(many), 0.5),
        slowest=slowest,
        slowest_ms=median(many["ms"][slowest]),
        **where,
    )
    growth = ratio(p95[last], p95[scale.sizes[0]])
    results.add(f"search: growth of the p95, {scale.sizes[0]:,} → {last:,} tickets", growth, most=GROWTH, **where)
    for change in ("reply", "new ticket"):
        with_index, without = (median(many[f"{change} {which}"]) for which in ("with", "without"))
        results.add(
            f"{change} with the index ÷ without", ratio(with_index, without), most=UPKEEP, ms=with_index, **where
        )
    results.add("queries that found nothing", many["empty"], of=len(many["ms"]), **where)


def _times(measured: dict) -> list[float]:
    return [time for times in measured["ms"].values() for time in times]
