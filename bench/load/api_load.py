"""Starts programs that change tickets, in a process of their own, and gathers what they met."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from bench.harness.servers import ROOT
from bench.load.api_clients import ChangePlan

LATE_SECONDS = 40
"""How much longer than asked they may take before they are ended."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Of all programs together. `seconds`: how long each request took."""

    done: int
    took: float
    seconds: list[float]
    refusals: dict[str, int]

    @property
    def per_second(self) -> float:
        return self.done / self.took if self.took else 0.0


class ApiLoad:
    """At work from `with` on; ended by pid when the benchmark fails meanwhile."""

    def __init__(self, plans: list[ChangePlan]):
        self._plans = plans

    def __enter__(self) -> "ApiLoad":
        command = [sys.executable, "-m", "bench.load.api_clients"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        json.dump([asdict(plan) for plan in self._plans], self._process.stdin)
        self._process.stdin.close()
        self._process.stdin = None
        return self

    def over(self) -> bool:
        return self._process.poll() is not None

    def outcome(self) -> LoadResult:
        """Wait for the last of them."""
        text, _ = self._process.communicate(timeout=max(plan.seconds for plan in self._plans) + LATE_SECONDS)
        if self._process.returncode:
            raise RuntimeError("the programs that change tickets failed, see above")
        return LoadResult(**json.loads(text))

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
