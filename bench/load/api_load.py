"""Starts REST clients in a process of their own and collects their results."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from bench.harness.servers import ROOT
from bench.load.priority_changers import ChangePlan

LATE_SECONDS = 40
"""How much longer than planned they may take before they are ended."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Of all clients together. `seconds`: how long each request took."""

    done: int
    took: float
    seconds: list[float]
    refusals: dict[str, int]

    @property
    def per_second(self) -> float:
        return self.done / self.took if self.took else 0.0


class ApiLoad:
    """Running inside `with`; killed at its end if the benchmark fails."""

    def __init__(self, plans: list[ChangePlan]):
        self._plans = plans

    def __enter__(self) -> "ApiLoad":
        command = [sys.executable, "-m", "bench.load.priority_changers"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        json.dump([asdict(plan) for plan in self._plans], self._process.stdin)
        self._process.stdin.close()
        self._process.stdin = None
        return self

    def over(self) -> bool:
        return self._process.poll() is not None

    def result(self) -> LoadResult:
        """Wait for the last client."""
        text, _ = self._process.communicate(timeout=max(plan.seconds for plan in self._plans) + LATE_SECONDS)
        if self._process.returncode:
            raise RuntimeError("the clients that change tickets failed, see above")
        return LoadResult(**json.loads(text))

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
