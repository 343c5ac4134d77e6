"""Run beside one database: answers `{"what": NAME, "times": K}` lines with milliseconds and the number of queries.

Pages go through the whole middleware as a signed-in lead; fragments through the paint of the live path.
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

import console.fragments  # noqa: E402, F401  (fills the table)
from console.fragments.registry import FRAGMENTS, DirtyFragments, find_pane  # noqa: E402
from console.live import rendering  # noqa: E402
from support_management.disputes.models import Dispute  # noqa: E402
from support_management.events import positions  # noqa: E402
from support_management.people.models import User  # noqa: E402
from support_management.people.viewer import viewer_of  # noqa: E402
from support_management.tickets.models import Ticket, TicketMessage  # noqa: E402

LEAST_SECONDS, MANY = 0.1, 40
"""What takes a millisecond is done until its median is steady."""


class Probe:
    """The demo's lead and first agent, and one object of each noun that is the same at every size."""

    def __init__(self):
        self.lead, self.agent = User.objects.get(username="lead"), User.objects.get(username="agent1")
        self.ticket = Ticket.objects.filter(is_open=True, assignee=self.agent).order_by("pk").first()
        self.message = TicketMessage.objects.filter(ticket=self.ticket).order_by("-pk").first()
        self.dispute = Dispute.objects.order_by("pk").first()
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(self.lead)
        self.addresses = {
            "queue board": "/queue/",
            "ticket page": f"/tickets/{self.ticket.number}/",
            "disputes": "/disputes/",
            "dashboard": "/dashboard/",
            "workload board": "/workload/",
            "minimal board": "/minimal/queue/",
            "minimal ticket": f"/minimal/tickets/{self.ticket.number}/",
        }

    def names(self) -> list[str]:
        return [*self.addresses, *(f"fragment {name}" for name in FRAGMENTS)]

    def action(self, what: str) -> Callable[[], int]:
        """Does it once; returns the bytes that came out."""
        if what in self.addresses:
            return lambda: self._page(self.addresses[what])
        return self._fragment(what.removeprefix("fragment "))

    def _page(self, address: str) -> int:
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        return len(answer.content)

    def _fragment(self, name: str) -> Callable[[], int]:
        """Some come only together with others of their noun: then all of these are painted."""
        alone = self._paint([name])
        if alone() > 0:
            return alone
        return self._paint([one for one in FRAGMENTS if one.partition(".")[0] == name.partition(".")[0]])

    def _paint(self, names: list[str]) -> Callable[[], int]:
        subjects = {("ticket", self.ticket.pk), ("agent", self.agent.pk), ("message", self.message.pk)}
        subjects |= {("dispute", self.dispute.pk), ("order", self.dispute.order_id)}
        panes = [f"queue.{lane}" for lane in ("unassigned", "mine", "high_priority", "overdue")]
        panes += [f"ticket.{self.ticket.pk}", "disputes", f"dashboard.{self.agent.pk}", "team"]
        found = tuple(pane for pane in map(find_pane, panes) if pane)
        viewers = [viewer_of(self.lead), viewer_of(self.agent)]
        audiences = [(one, tuple(pane for pane in found if pane[0].may_see(one, pane[1]))) for one in viewers]
        pos = positions.head()

        def paint() -> int:
            dirt = DirtyFragments()
            for name in names:
                dirt.subjects[name] |= subjects
            painted = rendering.paint(pos=pos, dirt=dirt, audiences=audiences)
            return sum(len(part.html or "") for parts in painted.values() for part in parts or ())

        return paint


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
    probe = Probe()
    print(json.dumps({"names": probe.names(), "tickets": Ticket.objects.count()}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = measure(probe.action(order["what"]), order["times"])
        except Exception as trouble:
            answer = {"failed": f"{type(trouble).__name__}: {trouble}"[:300]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
