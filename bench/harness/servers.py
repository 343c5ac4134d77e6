"""Starts the product for a benchmark, as `make run` does, or its web process alone; and the servers that it needs."""

import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil

from tests.servers import PostgreSQL, Redis, Server, answers
from tests.stack.desk import Desk

ROOT = Path(__file__).resolve().parents[2]
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
SCRIPT_SECONDS = 120
MODES = ("embedded", "PostgreSQL + Redis")
"""How the product runs: SQLite and no Redis, or with both servers."""
FLAGS = ("--ping-interval", "20", "--ping-timeout", "15", "--websocket_timeout", "-1")
LIMITS = ("--websocket-max-message-size", "65536", "--websocket-max-frame-size", "65536")


class DurablePostgreSQL(PostgreSQL):
    """As in production: a commit is on the disk."""

    server_options = {"max_connections": "150", "shared_buffers": "256MB"}


class WebProcess(Server):
    """One server process of a benchmark, with its own port: as `bin/run` starts it, or another program."""

    def __init__(self, *, application: str = "", module: str = "", arguments: tuple[str, ...] = (), environment: dict):
        super().__init__()
        self._application, self._module, self._arguments = application, module, arguments
        self._environment = {name: os.environ[name] for name in KEPT if name in os.environ} | environment
        self._environment |= {"PORT": str(self.port)}

    def command(self) -> list[str]:
        if self._module:
            return [sys.executable, "-m", self._module, str(self.port), *self._arguments]
        endpoint = f"tcp:port={self.port}:interface=127.0.0.1:backlog=4096"
        web = [sys.executable, "-m", "console.web_server", "-v", "0", "--no-server-name", "-e", endpoint]
        return [*web, *FLAGS, *LIMITS, self._application]

    def options(self) -> dict:
        return {"env": self._environment, "cwd": ROOT}

    @property
    def pid(self) -> int:
        return self.process.pid

    def ready(self) -> bool:
        if self.process.poll() is not None:
            text = Path(self.log.name).read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{self._application or self._module} ended: {text}")
        return answers(self.port)


class ServerStack:
    """The servers that a benchmark has started; they end with it, in reverse order."""

    def __init__(self):
        self._stack = ExitStack()

    def __enter__(self) -> "ServerStack":
        return self

    def __exit__(self, *_):
        self._stack.close()

    def start(self, server: Server) -> Server:
        self._stack.callback(server.stop)
        return server.start()

    def on_exit(self, function, *args) -> None:
        self._stack.callback(function, *args)

    def folder(self) -> Path:
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="desk-bench-")))

    def services(self) -> tuple[DurablePostgreSQL, Redis]:
        return self.start(DurablePostgreSQL()), self.start(Redis())

    def desk(self, *, postgresql: PostgreSQL | None = None, redis: Redis | None = None, **settings: str) -> Desk:
        """Start the whole product: web, worker, beat. Embedded, unless it gets services."""
        database = postgresql.make("desk") if postgresql else ""
        # MAKELEVEL: as under make, the desk ends with whoever started it.
        desk = Desk(database=database, redis=redis.url if redis else "", MAKELEVEL="1", **settings)
        self.on_exit(_end, desk)
        return desk.start()

    def desk_in(self, mode: str) -> tuple[Desk, Redis | None]:
        """The whole product in one of MODES, and its Redis."""
        if mode == "embedded":
            return self.desk(), None
        postgresql, redis = self.services()
        return self.desk(postgresql=postgresql, redis=redis, WEB="1"), redis


def _end(desk: Desk) -> None:
    """Stop it with its child processes, which a product that is stopped while it starts leaves running."""
    children = []
    if desk.process and desk.process.poll() is None:
        children = psutil.Process(desk.process.pid).children(recursive=True)
    try:
        desk.throw_away()
    finally:
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()


def web_pid(desk: Desk) -> int:
    return desk.of("web")[0].pid


def priority_changes(desk: Desk, since: float) -> list[tuple[int, float, int]]:
    """The priority changes since then: (position, time, ticket); see bench/scripts/priority_changes.py."""
    return [tuple(change) for change in run_script(desk.environment, "bench.scripts.priority_changes", repr(since))]


def run_script(environment: dict[str, str], module: str, *arguments: str, seconds: float = SCRIPT_SECONDS):
    """Run a module in the environment of the product; its last line of output is JSON, which is returned."""
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=seconds)
    if process.returncode:
        raise RuntimeError(f"{module}: {process.stdout[-1000:]}{process.stderr[-2000:]}")
    return json.loads(process.stdout.splitlines()[-1])
