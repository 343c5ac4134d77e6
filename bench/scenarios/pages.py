"""Pages and fragments with few and with many tickets: queries and times, beside minimal views of the same rows."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.harness.demo_databases import DemoDatabases, PageMeasurer
from bench.harness.servers import DurablePostgreSQL, ServerStack
from bench.report.results import ResultLog, median, ratio

GROWTH, OF_MINIMAL = 1.2, 3.0
BESIDE = {"queue board": "minimal board", "ticket page": "minimal ticket"}
CALLS = 3


class NotMeasuredError(Exception):
    """A page failed, or no screen showed a fragment."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From the second size on a page shows the same rows; growth is the last ÷ the second."""

    sizes: tuple[int, int, int]
    rounds: int


FULL = Scale(sizes=(1_000, 2_000, 100_000), rounds=5)
QUICK = Scale(sizes=(320, 340, 400), rounds=1)


def run(results: ResultLog, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    with ServerStack() as stack:
        postgresql = stack.start(DurablePostgreSQL())
        by_name = {"SQLite": DemoDatabases(stack.folder()), "PostgreSQL": DemoDatabases(stack.folder(), postgresql)}
        with ThreadPoolExecutor(len(by_name)) as both:
            list(both.map(lambda databases: databases.grow(scale.sizes), by_name.values()))
        failures: list[str] = []
        for name, databases in by_name.items():
            with ServerStack() as inner:
                measurers = {size: PageMeasurer(inner, values) for size, values in databases.environments.items()}
                failures += _measure(results, name, measurers, scale)
    if failures:
        raise NotMeasuredError("; ".join(failures))


def _measure(results: ResultLog, database: str, measurers: dict[int, PageMeasurer], scale: Scale) -> list[str]:
    """What could not be measured. Sizes take turns, so that load on the machine meets all of them."""
    names = next(iter(measurers.values())).names
    rounds: dict[str, dict[int, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(scale.rounds):
        for what in names:
            for size, measurer in measurers.items():
                rounds[what][size].append(measurer.measure(what, CALLS))
    failures = {what: reason for what in names if (reason := failure(what, rounds[what]))}
    for what, reason in failures.items():
        results.add(f"{what}: could not be measured", None, most=0, why=reason, db=database)
    for what in names:
        if what not in failures:
            _report(results, what, rounds, scale, database)
    return [f"{what} on {database}: {reason}" for what, reason in failures.items()]


def failure(what: str, rounds: dict[int, list[dict]]) -> str:
    """Why the answers to `what`, by size, are no measurement; empty when they are one."""
    answers = [answer for by_round in rounds.values() for answer in by_round]
    if reason := next((answer["failed"] for answer in answers if "failed" in answer), ""):
        return reason
    idle = any(not answer["queries"] and not answer["bytes"] for answer in answers)
    return "it asked no query and brought no HTML" if idle else ""


def _report(results: ResultLog, what: str, rounds_of: dict, scale: Scale, database: str) -> None:
    rounds = rounds_of[what]
    times = {size: [median(answer["ms"]) for answer in those] for size, those in rounds.items()}
    queries = {size: those[0]["queries"] for size, those in rounds.items()}
    shown = {str(size): median(those) for size, those in times.items()}
    _, same, most = scale.sizes
    where = {"db": database, "sizes": list(scale.sizes)}
    results.add(f"{what}: time", median(times[most]), unit="ms", by_size=shown, bytes=rounds[most][0]["bytes"], **where)
    if what in BESIDE.values():
        return
    spread = max(queries.values()) - min(queries.values())
    by_size = {str(size): count for size, count in queries.items()}
    results.add(f"{what}: queries", queries[most], by_size=by_size, **where)
    results.add(f"{what}: more queries with more tickets", spread, most=0, **where)
    growth = median(ratio(many, few) for many, few in zip(times[most], times[same], strict=True))
    results.add(f"{what}: growth {same:,} → {most:,} tickets", growth, most=GROWTH, **where)
    if beside := BESIDE.get(what):
        least = [median(answer["ms"]) for answer in rounds_of[beside][most]]
        share = median(ratio(mine, other) for mine, other in zip(times[most], least, strict=True))
        bound = OF_MINIMAL if what == "queue board" else None
        results.add(f"{what} ÷ {beside}", share, most=bound, goal="" if bound else "≤ 5", **where)
