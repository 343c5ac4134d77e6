"""`python -m bench.scripts.measure_search ROUNDS CHANGES`, in the product's environment: times searches and changes.

Prints the milliseconds of each query, and of replies and new tickets with the index and without it, in turns.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.minimal.settings"
django.setup()

from django.db import connection  # noqa: E402  (needs the settings)
from django.test import Client  # noqa: E402

from support_management.disputes.models import Dispute  # noqa: E402
from support_management.orders.models import Order  # noqa: E402
from support_management.people.models import User  # noqa: E402
from support_management.people.roles import Role  # noqa: E402
from support_management.search import upkeep  # noqa: E402
from support_management.search.words import distinct  # noqa: E402
from support_management.tickets import conversation, intake  # noqa: E402
from support_management.tickets.models import Ticket, TicketMessage  # noqa: E402

SAMPLE = 4_000
BODY = "We are sorry about this. The writer has uploaded the file again, and the second charge goes back within days."


def main(rounds: int, changes: int) -> None:
    asked = queries()
    if connection.vendor == "postgresql":  # as autovacuum would have done by the time anybody looks
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    times, empty = _searches(asked, rounds)
    measured = {"ms": times, "empty": empty, "messages": TicketMessage.objects.count()}
    measured |= _changes("reply", _reply(), changes) | _changes("new ticket", _new_ticket(), changes)
    print(json.dumps(measured))


def queries() -> list[str]:
    """Of every kind that people type, from rows old and new."""
    tickets = [Ticket.objects.order_by(order).first() for order in ("id", "-id")]
    orders = [Order.objects.order_by(order).first() for order in ("id", "-id")]
    people = list(User.objects.filter(role=Role.CLIENT).order_by("id")[:3])
    bodies = TicketMessage.objects.order_by("-id").values_list("body", flat=True)[:SAMPLE]
    frequent = Counter(word for body in bodies for word in distinct(body) if len(word) > 2).most_common()
    often, middle, seldom = frequent[0][0], frequent[len(frequent) // 4][0], frequent[-1][0]
    names = [str(person) for person in people]
    return [
        *(row.number for row in tickets),
        *(row.reference for row in orders),
        Dispute.objects.order_by("id").first().number,
        *names,
        *(name.split()[0] for name in names),
        people[0].email,
        often,
        often[:3],
        often[:2],
        middle,
        seldom,
        f"{often} {frequent[1][0]}",
        f"{often} {middle}",
        f"{middle} {seldom}",
        f"{names[0]} {often}",
        " ".join(word for word, _ in frequent[:6]),
        f"{tickets[0].subject}",
    ]


def _searches(asked: list[str], rounds: int) -> tuple[dict[str, list[float]], int]:
    browsers = [_browser(User.objects.get(username=name)) for name in ("lead", "agent1")]
    times: dict[str, list[float]] = {query: [] for query in asked}
    found = set()
    for _ in range(rounds + 1):  # the first is to warm up
        for query in asked:
            for browser in browsers:
                began = time.perf_counter()
                answer = browser.get("/search/", {"q": query}, headers={"HX-Request": "true"})
                times[query].append((time.perf_counter() - began) * 1e3)
                if answer.status_code != 200:
                    raise RuntimeError(f"{query} answered {answer.status_code}")
                found |= {query} if b"found-one" in answer.content else set()
    warm = 2 * (rounds > 0)
    return {query: those[warm:] for query, those in times.items()}, len(set(asked) - found)


def _browser(user: User) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    return client


def _reply() -> Callable[[], object]:
    lead = User.objects.get(username="lead")
    tickets = iter(list(Ticket.objects.filter(is_open=True).order_by("id").values_list("pk", flat=True)) * 100)
    return lambda: conversation.reply(ticket=next(tickets), by=lead, body=BODY)


def _new_ticket() -> Callable[[], object]:
    client = User.objects.filter(role=Role.CLIENT).order_by("id").first()
    return lambda: intake.create(by=client, subject="Charged twice for my order", body=BODY)


def _changes(name: str, change: Callable[[], object], count: int) -> dict[str, list[float]]:
    """With and without in turns, so that load on the machine meets both."""
    times: dict[str, list[float]] = {"with": [], "without": []}
    for at in range(2 * count):
        which = "without" if at % 2 else "with"
        with _Index(is_kept=which == "with"):
            began = time.perf_counter()
            change()
            times[which].append((time.perf_counter() - began) * 1e3)
    return {f"{name} {which}": those for which, those in times.items()}


class _Index:
    """Whether changes inside keep the index: without, its handlers do nothing."""

    def __init__(self, *, is_kept: bool) -> None:
        self._is_kept = is_kept

    def __enter__(self) -> None:
        self._before = {name: getattr(upkeep, name) for name in ("ticket_created", "message_written")}
        for name in self._before if not self._is_kept else ():
            setattr(upkeep, name, lambda _: None)

    def __exit__(self, *_) -> None:
        for name, handler in self._before.items():
            setattr(upkeep, name, handler)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
