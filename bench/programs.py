"""Starts programs that change tickets, in a process of their own, and gathers what they met."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from bench.changes import Order
from bench.desks import ROOT

LATE_SECONDS = 40
"""How much longer than asked they may take before they are ended."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of all programs together. `seconds`: how long each request took."""

    done: int
    took: float
    seconds: list[float]
    refusals: dict[str, int]

    @property
    def per_second(self) -> float:
        return self.done / self.took if self.took else 0.0


class Programs:
    """At work from `with` on; ended by pid when the benchmark fails meanwhile."""

    def __init__(self, orders: list[Order]):
        self._orders = orders

    def __enter__(self) -> "Programs":
        command = [sys.executable, "-m", "bench.changes"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        json.dump([asdict(order) for order in self._orders], self._process.stdin)
        self._process.stdin.close()
        self._process.stdin = None
        return self

    def over(self) -> bool:
        return self._process.poll() is not None

    def outcome(self) -> Outcome:
        """Wait for the last of them."""
        text, _ = self._process.communicate(timeout=max(order.seconds for order in self._orders) + LATE_SECONDS)
        if self._process.returncode:
            raise RuntimeError("the programs that change tickets failed, see above")
        return Outcome(**json.loads(text))

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
