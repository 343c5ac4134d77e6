"""What a process costs: CPU seconds and memory; and what the machine is and does meanwhile."""

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

KIB = 1024


@dataclass(frozen=True, slots=True)
class CpuUsage:
    """CPU seconds of a stretch of time. `server` and `client` are shares of one core, in percent."""

    seconds: float
    server_seconds: float
    client_seconds: float

    @classmethod
    def sum_of(cls, usages: list["CpuUsage"]) -> "CpuUsage":
        """The seconds of all of them added up."""
        names = ("seconds", "server_seconds", "client_seconds")
        return cls(*(sum(getattr(usage, name) for usage in usages) for name in names))

    @property
    def server(self) -> float:
        return round(100 * self.server_seconds / self.seconds, 1) if self.seconds else 0.0

    @property
    def client(self) -> float:
        return round(100 * self.client_seconds / self.seconds, 1) if self.seconds else 0.0

    def load(self) -> dict:
        return {"server_cpu": self.server, "client_cpu": self.client}


class CpuMeter:
    """From making it until `stop()`. The client is this process, or the one with the pid that is given."""

    def __init__(self, servers: list[int], client: int | None = None):
        self._servers, self._client = servers, client or os.getpid()
        self._began = self._read()

    def _read(self) -> tuple[float, float, float]:
        return time.monotonic(), sum(cpu_seconds(pid) for pid in self._servers), cpu_seconds(self._client)

    def stop(self) -> CpuUsage:
        return CpuUsage(*(now - then for now, then in zip(self._read(), self._began, strict=True)))


def cpu_seconds(pid: int) -> float:
    """User and system time so far, threads that have ended included."""
    try:
        return time.clock_gettime(~pid << 3 | 2)  # Linux: the process's own CPU clock, finer than the 10 ms of /proc
    except OSError:
        times = psutil.Process(pid).cpu_times()
        return times.user + times.system


def rss(pid: int) -> int:
    return psutil.Process(pid).memory_info().rss


def machine_facts() -> dict:
    """Which machine this is, in words that name no host."""
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = lines[0] if lines else model
    return {
        "cores": os.cpu_count(),
        "processor": model,
        "memory_gib": round(psutil.virtual_memory().total / KIB**3, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": platform.python_version(),
    }
