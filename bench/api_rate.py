"""Ticket updates per second through the REST API, with sockets open that follow them, beside a minimal view."""

from dataclasses import dataclass

from bench import crowds
from bench.audience import Audience
from bench.changes import CHANGE, Order
from bench.desks import House, Web, web_pid
from bench.end_to_end import MODES
from bench.figures import Book, median, percentile, ratio
from bench.machine import Span, Watch
from bench.programs import LATE_SECONDS, Outcome, Programs
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


def run(book: Book, *, quick: bool) -> None:
    scale = QUICK if quick else FULL
    for mode in reversed(MODES):
        with House() as house:
            if mode == "embedded":
                desk = house.desk()
            else:
                postgresql, store = house.services()
                desk = house.desk(postgresql=postgresql, redis=store, WEB="1")
            facts = crowds.facts_of(desk.environment, scale.sockets)
            minimal = house.start(Web(application="bench.minimal.asgi:application", environment=desk.environment))
            _measure(book, desk, minimal, facts, mode, scale)


def _measure(book: Book, desk: Desk, minimal: Web, facts: dict, mode: str, scale: Scale) -> None:
    for port, path in ((desk.port, CHANGE), (minimal.port, MINIMAL)):
        _turn(port, path, facts, 1.0, None, [])  # warm
    for sockets in (0, scale.sockets):
        audience = Audience(desk.port, facts, sockets)
        ours, least, spans = [], [], []
        try:
            for _ in range(scale.repeats):
                ours.append(_turn(desk.port, CHANGE, facts, scale.seconds, audience, spans, web_pid(desk)))
                least.append(_turn(minimal.port, MINIMAL, facts, scale.seconds, audience, spans, minimal.pid))
        finally:
            audience.crowd.close()
        _report(book, ours, least, spans, mode=mode, sockets=sockets)


def _turn(port: int, path: str, facts: dict, seconds: float, audience, spans: list, pid: int = 0) -> Outcome:
    """Eight programs at once, each with tickets of its own, as fast as they are answered."""
    orders = []
    for number in range(CLIENTS):
        tickets = facts["tickets"][number::CLIENTS][:TICKETS_EACH]
        orders.append(Order(port, facts["token"], tickets, rate=0, seconds=seconds, path=path))
    watch = Watch([pid]) if pid else None
    with Programs(orders) as programs:
        if audience and audience.crowd.lines:
            audience.crowd.run(seconds + LATE_SECONDS, programs.over)
        outcome = programs.outcome()
    if watch:
        cost = watch.stop()  # of what the programs did: their own start is not the server's time
        spans.append(Span(outcome.took, cost.server_seconds, cost.client_seconds))
    return outcome


def _report(book: Book, ours: list[Outcome], least: list[Outcome], spans: list[Span], *, mode: str, sockets: int):
    mine = spans[0::2]
    span = Span(*(sum(getattr(one, name) for one in mine) for name in ("seconds", "server_seconds", "client_seconds")))
    rates, limits = ([one.per_second for one in those] for those in (ours, least))
    where = {"mode": mode, "sockets": sockets, "clients": CLIENTS}
    goal = GOAL.get(mode) if sockets else None
    beside = {"repeats": rates, "minimal": median(limits), "span": span}
    book.add("ticket updates per second by REST", median(rates), unit="1/s", least=goal, **beside, **where)
    share = ratio(median(rates), median(limits))
    # The bound compares two ways to change a row; what the sockets cost comes on top and is shown apart.
    book.add("updates by REST ÷ minimal view", share, least=None if sockets else OF_MINIMAL, minimals=limits, **where)
    for name, those in (("product", ours), ("minimal", least)):
        late = median(percentile(one.seconds, 0.95) for one in those)
        refused = sum(sum(one.refusals.values()) for one in those)
        why = next((reason for one in those for reason in one.refusals), "")
        p95 = None if late is None else 1000 * late
        book.add("updates by REST, p95", p95, unit="ms", who=name, errors=refused, first_error=why, **where)
        if name == "product":
            book.add("updates by REST refused or failed", refused, most=0, first_error=why, **where)
