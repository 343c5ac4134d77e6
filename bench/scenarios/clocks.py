"""The SLA sweep over many running clocks: nothing due, ten due, thousands due in the same second."""

from bench.harness.demo_databases import DemoDatabases
from bench.harness.servers import DurablePostgreSQL, ServerStack, run_script
from bench.report.results import ResultLog, median, ratio

SIZES, QUICK = (2_000, 20_000, 200_000), (300, 600, 900)
MANY, FEW = 5_000, 50
IDLE_MS, TEN_MS, MANY_SECONDS, TIMES_A_LOOP, FLAT = 2.0, 10.0, 1.0, 500, 1.5
FILL_SECONDS = 900


def run(results: ResultLog, *, quick: bool) -> None:
    with ServerStack() as stack:
        postgresql = stack.start(DurablePostgreSQL())
        for name, server in (("SQLite", None), ("PostgreSQL", postgresql)):
            [environment] = DemoDatabases(stack.folder(), server).grow((320,)).environments.values()
            _database(results, name, environment, QUICK if quick else SIZES, FEW if quick else MANY)


def _database(results: ResultLog, database: str, environment: dict, sizes: tuple[int, ...], many: int) -> None:
    seen = {}
    for size in sizes:
        seen[size] = run_script(
            environment, "bench.scripts.sweep_clocks", str(size), str(min(many, size // 2)), seconds=FILL_SECONDS
        )
    most, where = seen[sizes[-1]], {"db": database, "clocks": sizes[-1]}
    idle, loop = median(most["idle_ms"]), median(most["loop_ms"])
    results.add("sweep that finds nothing", idle, unit="ms", most=IDLE_MS, **where)
    results.add("sweep with ten due", median(most["ten_ms"]), unit="ms", most=TEN_MS, **where)
    results.add(f"sweep with {many:,} due", median(most["many_s"]), unit="s", most=MANY_SECONDS, **where)
    results.add(
        "loop of model objects ÷ sweep that finds nothing", ratio(loop, idle), unit="×", least=TIMES_A_LOOP, **where
    )
    costs = {size: median(times["thousand_us"]) for size, times in seen.items()}
    by_size = {str(size): cost for size, cost in costs.items()}
    results.add("a threshold fired", costs[sizes[-1]], unit="µs", by_size=by_size, **where)
    growth = ratio(costs[sizes[-1]], costs[sizes[0]])
    results.add(f"a threshold fired: growth {sizes[0]:,} → {sizes[-1]:,} clocks", growth, most=FLAT, **where)
