"""Changes by clients with a token: `python -m bench.load.api_clients`, told on standard input as a JSON list of plans.

A process of its own, so that it steals nothing from who measures. Prints how long the requests took.
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
    """What to do: `rate` changes a second for `seconds`; 0 means as fast as they are answered."""

    port: int
    token: str
    tickets: list[int]
    rate: float
    seconds: float
    path: str = CHANGE
    look: str = API + "/tickets/{}/"


class ApiClient:
    """One keep-alive connection."""

    def __init__(self, plan: ChangePlan):
        self._plan = plan
        self._line = http.client.HTTPConnection("127.0.0.1", plan.port, timeout=30)
        self._headers = {"Authorization": f"Bearer {plan.token}", "Content-Type": "application/json"}
        self._number = 0
        self._now = dict.fromkeys(plan.tickets, "")
        self.seconds: list[float] = []
        self.refusals: dict[str, int] = {}

    def look(self) -> None:
        """Learn which priority each ticket has, so that every request is a change."""
        for pk in self._plan.tickets[: self._needed()]:
            self._line.request("GET", self._plan.look.format(pk), headers=self._headers)
            self._now[pk] = json.load(self._line.getresponse())["priority"]

    def _needed(self) -> int | None:
        return int(self._plan.rate * self._plan.seconds) + 1 if self._plan.rate else None

    def change(self) -> None:
        """Another ticket each time; each gets the priority that it does not have."""
        pk = self._plan.tickets[self._number % len(self._plan.tickets)]
        self._number += 1
        self._now[pk] = PRIORITIES[self._now[pk] == PRIORITIES[0]]
        began = time.monotonic()
        status, text = self._post(self._plan.path.format(pk), {"priority": self._now[pk]})
        self.seconds.append(time.monotonic() - began)
        if status != 200:
            reason = f"{status} {text[:120].decode(errors='replace')}"
            self.refusals[reason] = self.refusals.get(reason, 0) + 1

    def _post(self, path: str, body: dict) -> tuple[int, bytes]:
        try:
            self._line.request("POST", path, json.dumps(body), self._headers)
            answer = self._line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as trouble:
            self._line.close()
            return 0, type(trouble).__name__.encode()

    def run(self) -> None:
        began, limit = time.monotonic(), time.monotonic() + self._plan.seconds
        while (now := time.monotonic()) < limit:
            due = began + self._number / self._plan.rate if self._plan.rate else now
            if due > now:
                time.sleep(min(due, limit) - now)
                continue
            self.change()


def main() -> None:
    """One thread per plan: all look first, then begin together."""
    clients = [ApiClient(ChangePlan(**plan)) for plan in json.load(sys.stdin)]
    with ThreadPoolExecutor(len(clients)) as threads:
        list(threads.map(ApiClient.look, clients))
        began = time.monotonic()
        list(threads.map(ApiClient.run, clients))
    took = time.monotonic() - began
    seconds = [round(one, 5) for client in clients for one in client.seconds]
    refusals = Counter()
    for client in clients:
        refusals.update(client.refusals)
    done = len(seconds) - sum(refusals.values())
    print(json.dumps({"done": done, "took": took, "seconds": seconds, "refusals": refusals}))


if __name__ == "__main__":
    main()
