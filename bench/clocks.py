"""The SLA sweep over many running clocks: nothing due, ten due, thousands due in the same second."""

from bench.desks import DurablePostgreSQL, House, ask
from bench.figures import Book, median, ratio
from bench.probes import Sizes

SIZES, QUICK = (2_000, 20_000, 200_000), (300, 600, 900)
MANY, FEW = 5_000, 50
IDLE_MS, TEN_MS, MANY_SECONDS, TIMES_A_LOOP, FLAT = 2.0, 10.0, 1.0, 500, 1.5
FILL_SECONDS = 900


def run(book: Book, *, quick: bool) -> None:
    with House() as house:
        postgresql = house.start(DurablePostgreSQL())
        for name, server in (("SQLite", None), ("PostgreSQL", postgresql)):
            [facts] = Sizes(house.folder(), server).grow((320,)).environments.values()
            _database(book, name, facts, QUICK if quick else SIZES, FEW if quick else MANY)


def _database(book: Book, database: str, environment: dict, sizes: tuple[int, ...], many: int) -> None:
    seen = {}
    for size in sizes:
        seen[size] = ask(environment, "bench.sweeping", str(size), str(min(many, size // 2)), seconds=FILL_SECONDS)
    most, where = seen[sizes[-1]], {"db": database, "clocks": sizes[-1]}
    idle, loop = median(most["idle_ms"]), median(most["loop_ms"])
    book.add("sweep that finds nothing", idle, unit="ms", most=IDLE_MS, **where)
    book.add("sweep with ten due", median(most["ten_ms"]), unit="ms", most=TEN_MS, **where)
    book.add(f"sweep with {many:,} due", median(most["many_s"]), unit="s", most=MANY_SECONDS, **where)
    book.add(
        "loop of model objects ÷ sweep that finds nothing", ratio(loop, idle), unit="×", least=TIMES_A_LOOP, **where
    )
    costs = {size: median(one["thousand_us"]) for size, one in seen.items()}
    by_size = {str(size): cost for size, cost in costs.items()}
    book.add("a threshold fired", costs[sizes[-1]], unit="µs", by_size=by_size, **where)
    growth = ratio(costs[sizes[-1]], costs[sizes[0]])
    book.add(f"a threshold fired: growth {sizes[0]:,} → {sizes[-1]:,} clocks", growth, most=FLAT, **where)
