"""`python -m bench.load.priority_changers`: REST clients that change priorities, by a JSON list of plans on its input.

A process of its own, so that it takes no CPU time from the measuring one. Prints how long the requests took.
"""

import http.client
import json
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

API = "/api/v1/support-management"
CHANGE = API + "/tickets/{}/priority/"
PRIORITIES = ("high", "normal")


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """`rate` changes a second for `seconds`; a rate of 0 means as fast as they are answered."""

    port: int
    token: str
    tickets: list[int]
    rate: float
    seconds: float
    path: str = CHANGE
    ticket_path: str = API + "/tickets/{}/"


class PriorityChanger:
    """One keep-alive connection."""

    def __init__(self, plan: ChangePlan):
        self._plan = plan
        self._connection = http.client.HTTPConnection("127.0.0.1", plan.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {plan.token}", "Content-Type": "application/json"}
        self._number = 0
        self._priorities = dict.fromkeys(plan.tickets, "")
        self.seconds: list[float] = []
        self.refusals: dict[str, int] = {}

    def read_priorities(self) -> None:
        """Read the priority of each ticket, so that every request is a change."""
        for pk in self._plan.tickets[: self._count_needed()]:
            self._connection.request("GET", self._plan.ticket_path.format(pk), headers=self._headers)
            self._priorities[pk] = json.load(self._connection.getresponse())["priority"]

    def _count_needed(self) -> int | None:
        return int(self._plan.rate * self._plan.seconds) + 1 if self._plan.rate else None

    def change(self) -> None:
        """Give the next ticket the priority that it does not have."""
        pk = self._plan.tickets[self._number % len(self._plan.tickets)]
        self._number += 1
        self._priorities[pk] = PRIORITIES[self._priorities[pk] == PRIORITIES[0]]
        began = time.monotonic()
        status, text = self._post(self._plan.path.format(pk), {"priority": self._priorities[pk]})
        self.seconds.append(time.monotonic() - began)
        if status != 200:
            reason = f"{status} {text[:120].decode(errors='replace')}"
            self.refusals[reason] = self.refusals.get(reason, 0) + 1

    def _post(self, path: str, body: dict) -> tuple[int, bytes]:
        try:
            self._connection.request("POST", path, json.dumps(body), self._headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return 0, type(error).__name__.encode()

    def run(self) -> None:
        began, limit = time.monotonic(), time.monotonic() + self._plan.seconds
        while (now := time.monotonic()) < limit:
            due = began + self._number / self._plan.rate if self._plan.rate else now
            if due > now:
                time.sleep(min(due, limit) - now)
                continue
            self.change()


def main() -> None:
    """One thread for each plan; all begin together, after priorities have been read."""
    clients = [PriorityChanger(ChangePlan(**plan)) for plan in json.load(sys.stdin)]
    with ThreadPoolExecutor(len(clients)) as threads:
        list(threads.map(PriorityChanger.read_priorities, clients))
        began = time.monotonic()
        list(threads.map(PriorityChanger.run, clients))
    took = time.monotonic() - began
    seconds = [round(value, 5) for client in clients for value in client.seconds]
    refusals = Counter()
    for client in clients:
        refusals.update(client.refusals)
    done = len(seconds) - sum(refusals.values())
    print(json.dumps({"done": done, "took": took, "seconds": seconds, "refusals": refusals}))


if __name__ == "__main__":
    main()
