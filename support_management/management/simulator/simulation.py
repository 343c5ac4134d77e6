"""The simulation: a rate of changes by several threads, reported every few seconds."""

import time
from collections import Counter
from collections.abc import Callable
from math import ceil
from random import Random
from threading import Event, Lock, Thread

from support_management.management.simulator import action_mix
from support_management.management.simulator.action_context import ActionContext
from support_management.management.simulator.action_mix import ACTIONS
from support_management.management.simulator.actors import SHOP, Actor
from support_management.management.simulator.api_client import NO_ANSWER, ApiClient, ApiResponse
from support_management.management.simulator.work_cache import WorkCache
from support_management.people.roles import Role

PER_THREAD = 4.0
"""Changes a second that one thread makes with ease."""
MOST_THREADS = 64
REFRESH_SECONDS = 15.0
REPORT_SECONDS = 5.0
TRIES = 6
"""Actions that a thread tries for one change, until one has something to do."""


class Pacer:
    """Gives each thread the moment of its next change. After a delay the missed changes are not made up for."""

    def __init__(self, rate: float) -> None:
        self._gap, self._next, self._lock = 1 / rate, time.monotonic(), Lock()

    def wait(self, stop: Event) -> bool:
        """Wait for the next change; False when the simulation ends."""
        with self._lock:
            self._next = max(self._next + self._gap, time.monotonic() - 1)
            moment = self._next
        return not stop.wait(max(0.0, moment - time.monotonic()))


class Statistics:
    """Changes and refusals since the last report, and the total."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.since = time.monotonic()
        self.total = 0

    def note(self, name: str, response: ApiResponse) -> None:
        with self._lock:
            if response.good:
                self.done[name] += 1
                self.total += 1
            else:
                no_answer = response.status == NO_ANSWER
                code = "no answer" if no_answer else f"{response.status} {response.data.get('code', '')}"
                self.refused[code.strip()] += 1

    def report(self, rate: float, cache: WorkCache) -> str:
        """One line; counting starts again."""
        with self._lock:
            seconds = max(0.001, time.monotonic() - self.since)
            done, refused = self.done, self.refused
            self.done, self.refused, self.since = Counter(), Counter(), time.monotonic()
        changes = ", ".join(f"{name} {count}" for name, count in done.most_common()) or "nothing"
        reached = f"{done.total() / seconds:.1f}/s of {rate:g}"
        errors = (
            "; refused: " + ", ".join(f"{code} × {count}" for code, count in refused.most_common()) if refused else ""
        )
        return f"{time.strftime('%H:%M:%S')} {reached}, {cache.open} open: {changes}{errors}"


class Simulation:
    """Threads that take actions at a common rate; `tell` gets each line of the report."""

    def __init__(self, *, url: str, rate: float, actors: list[Actor], seed: int, tell: Callable[[str], None]) -> None:
        self.url, self.rate, self.seed, self.tell = url, rate, seed, tell
        self.clients = [actor for actor in actors if actor.role in (Role.CLIENT, Role.WRITER)]
        self.leads = [actor for actor in actors if actor.role == Role.LEAD]
        self.shops = [actor for actor in actors if actor.role == SHOP]
        self.agents = [actor for actor in actors if actor.role in (Role.SUPPORT, Role.LEAD)]
        self.cache, self.pacer, self.statistics, self.stop = WorkCache(), Pacer(rate), Statistics(), Event()

    def run(self, seconds: float | None = None) -> int:
        """Run for `seconds`, or until interrupted; returns the number of changes."""
        threads = [Thread(target=self._work, args=[number], daemon=True) for number in range(self._thread_count())]
        try:
            self._wait_for_product()
            for thread in threads:
                thread.start()
            self._report_and_refresh(seconds)
        finally:
            self.stop.set()
            for thread in threads:
                if thread.is_alive():
                    thread.join(timeout=20)
        self.tell(self.statistics.report(self.rate, self.cache))
        return self.statistics.total

    def _thread_count(self) -> int:
        return min(MOST_THREADS, max(2, ceil(self.rate / PER_THREAD)))

    def _wait_for_product(self) -> None:
        api = ApiClient(self.url, self.stop)
        while not self.cache.refresh(api, self.leads[0].token):
            self.tell(f"No answer from {self.url} yet.")
            if self.stop.wait(2):
                return
        api.close()

    def _report_and_refresh(self, seconds: float | None) -> None:
        api, start = ApiClient(self.url, self.stop), time.monotonic()
        refreshed = reported = start
        while not self.stop.wait(0.2):
            moment = time.monotonic()
            if moment - reported >= REPORT_SECONDS:
                reported = moment
                self.tell(self.statistics.report(self.rate, self.cache))
            if moment - refreshed >= REFRESH_SECONDS:
                refreshed = moment
                self.cache.refresh(api, self.leads[0].token)
            if seconds is not None and moment - start >= seconds:
                return

    def _work(self, number: int) -> None:
        api, rng = ApiClient(self.url, self.stop), Random(f"{self.seed}:{number}")
        context = ActionContext(self.cache, api, rng, self.clients, self.agents, self.leads, self.shops)
        while self.pacer.wait(self.stop):
            for _ in range(TRIES):
                name = action_mix.choose(context)
                response = ACTIONS[name][0](context)
                if response is not None:
                    self.statistics.note(name, response)
                    break
        api.close()
