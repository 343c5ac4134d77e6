"""Measures pages and fragments of one database. A line `{"what": NAME, "times": K}` is answered with times and queries.

Times are milliseconds. Pages go through the whole middleware as a signed-in lead; fragments through the live path.
"""

import json
import os
import sys
import time
from collections.abc import Callable

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.minimal.settings"
django.setup()

from django.db.backends.utils import CursorWrapper  # noqa: E402  (needs the settings)
from django.test import Client  # noqa: E402

from bench.harness.fragment_painter import FragmentPainter  # noqa: E402
from console.fragments.registry import FRAGMENTS  # noqa: E402
from support_management.people.models import User  # noqa: E402
from support_management.tickets.models import Ticket  # noqa: E402

LEAST_SECONDS, MANY = 0.1, 40
"""An action of a millisecond is repeated until its median is steady."""


class PageActions:
    """Pages as the demo's lead gets them; fragments as its lead and first agent get them."""

    def __init__(self):
        lead, agent = User.objects.get(username="lead"), User.objects.get(username="agent1")
        self._painter = FragmentPainter(lead=lead, agent=agent)
        self._client = Client(SERVER_NAME="127.0.0.1")
        self._client.force_login(lead)
        number = self._painter.ticket.number
        self._addresses = {
            "queue board": "/queue/",
            "ticket page": f"/tickets/{number}/",
            "disputes": "/disputes/",
            "dashboard": "/dashboard/",
            "workload board": "/workload/",
            "minimal board": "/minimal/queue/",
            "minimal ticket": f"/minimal/tickets/{number}/",
        }

    def names(self) -> list[str]:
        return [*self._addresses, *(f"fragment {name}" for name in FRAGMENTS)]

    def action(self, what: str) -> Callable[[], int]:
        """Does it once; returns the bytes of the answer."""
        if what in self._addresses:
            return lambda: self._get(self._addresses[what])
        return self._painter.action(what.removeprefix("fragment "))

    def _get(self, address: str) -> int:
        response = self._client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address} answered {response.status_code}")
        return len(response.content)


class Queries:
    """Counts statements in all threads: a page may be made in another one than ours."""

    count = 0

    @classmethod
    def install(cls) -> None:
        def counted(method):
            def call(self, *args):
                cls.count += 1
                return method(self, *args)

            return call

        CursorWrapper._execute = counted(CursorWrapper._execute)
        CursorWrapper._executemany = counted(CursorWrapper._executemany)


def measure(action: Callable[[], int], times: int) -> dict:
    action()  # templates are compiled and connections are open
    before = Queries.count
    size = action()
    queries, milliseconds = Queries.count - before, []
    enough = time.perf_counter() + LEAST_SECONDS
    while len(milliseconds) < times or (time.perf_counter() < enough and len(milliseconds) < MANY):
        began = time.perf_counter()
        action()
        milliseconds.append(1000 * (time.perf_counter() - began))
    return {"ms": milliseconds, "queries": queries, "bytes": size}


def main() -> None:
    Queries.install()
    actions = PageActions()
    print(json.dumps({"names": actions.names(), "tickets": Ticket.objects.count()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = measure(actions.action(request["what"]), request["times"])
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
