"""Pages and fragments with few and with many tickets: queries and times, beside minimal views of the same rows."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bench.desks import DurablePostgreSQL, House
from bench.figures import Book, median, ratio
from bench.probes import Probe, Sizes

GROWTH, OF_MINIMAL = 1.2, 3.0
BESIDE = {"queue board": "minimal board", "ticket page": "minimal ticket"}
CALLS = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """From the second size on a page shows the same rows; growth is the last ÷ the second."""

    sizes: tuple[int, int, int]
    rounds: int


FULL = Scale(sizes=(1_000, 2_000, 100_000), rounds=5)
QUICK = Scale(sizes=(320, 340, 400), rounds=1)


def run(book: Book, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    with House() as house:
        postgresql = house.start(DurablePostgreSQL())
        desks = {"SQLite": Sizes(house.folder()), "PostgreSQL": Sizes(house.folder(), postgresql)}
        with ThreadPoolExecutor(len(desks)) as both:
            list(both.map(lambda sizes: sizes.grow(scale.sizes), desks.values()))
        for name, sizes in desks.items():
            with House() as inner:
                probes = {size: Probe(inner, facts) for size, facts in sizes.environments.items()}
                _database(book, name, probes, scale)


def _database(book: Book, database: str, probes: dict[int, Probe], scale: Scale) -> None:
    names = next(iter(probes.values())).facts["names"]
    seen: dict[str, dict[int, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for _ in range(scale.rounds):
        for what in names:
            for size, probe in probes.items():
                seen[what][size].append(probe.measure(what, CALLS))
    for what in names:
        _report(book, what, seen, scale, database)


def _report(book: Book, what: str, seen: dict, scale: Scale, database: str) -> None:
    rounds = seen[what]
    failed = next((one["failed"] for those in rounds.values() for one in those if "failed" in one), "")
    if failed:
        book.add(f"{what}: could not be measured", None, most=0, why=failed, db=database)
        return
    times = {size: [median(one["ms"]) for one in those] for size, those in rounds.items()}
    queries = {size: those[0]["queries"] for size, those in rounds.items()}
    shown = {str(size): median(those) for size, those in times.items()}
    _, same, most = scale.sizes
    where = {"db": database, "sizes": list(scale.sizes)}
    book.add(f"{what}: time", median(times[most]), unit="ms", by_size=shown, bytes=rounds[most][0]["bytes"], **where)
    if what in BESIDE.values():
        return
    spread = max(queries.values()) - min(queries.values())
    by_size = {str(size): count for size, count in queries.items()}
    book.add(f"{what}: queries", queries[most], by_size=by_size, **where)
    book.add(f"{what}: more queries with more tickets", spread, most=0, **where)
    growth = median(ratio(many, few) for many, few in zip(times[most], times[same], strict=True))
    book.add(f"{what}: growth {same:,} → {most:,} tickets", growth, most=GROWTH, **where)
    if beside := BESIDE.get(what):
        least = [median(one["ms"]) for one in seen[beside][most]]
        share = median(ratio(mine, other) for mine, other in zip(times[most], least, strict=True))
        bound = OF_MINIMAL if what == "queue board" else None
        book.add(f"{what} ÷ {beside}", share, most=bound, goal="" if bound else "≤ 5", **where)
