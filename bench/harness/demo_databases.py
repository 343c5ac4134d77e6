"""Databases of several sizes, each with a process that measures pages and fragments in it."""

import json
import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

from bench.harness.servers import KEPT, ROOT, ServerStack, run_script
from tests.servers import PostgreSQL

PREPARE_SECONDS, FILL_SECONDS, ANSWER_SECONDS = 180, 600, 60


def environment(folder: Path, database: str = "") -> dict[str, str]:
    variables = {name: os.environ[name] for name in KEPT if name in os.environ}
    variables |= {"DATA_DIR": str(folder), "DEMO_PASSWORD": "a long word for every demo person", "DEMO": "1"}
    if database:
        variables |= {
            "DATABASE_URL": database,
            "SECRET_KEY": "for a desk of the bench " * 3,
            "ALLOWED_HOSTS": "127.0.0.1",
        }
    return variables


class DemoDatabases:
    """The same demo at each size, grown from the one before: environments by number of tickets."""

    def __init__(self, folder: Path, postgresql: PostgreSQL | None = None):
        self._folder, self._postgresql = folder, postgresql
        self.environments: dict[int, dict[str, str]] = {}

    def grow(self, sizes: tuple[int, ...]) -> "DemoDatabases":
        for size in sizes:
            variables = self._next(size)
            if not self.environments:
                command = [sys.executable, "bin/prepare.py"]
                subprocess.run(
                    command, cwd=ROOT, env=variables, check=True, capture_output=True, timeout=PREPARE_SECONDS
                )
            run_script(variables, "bench.scripts.top_up_demo", str(size), seconds=FILL_SECONDS)
            self.environments[size] = variables
        return self

    def _next(self, size: int) -> dict[str, str]:
        before = list(self.environments.values())[-1:]
        folder = self._folder / str(size)
        if before:
            shutil.copytree(before[0]["DATA_DIR"], folder)
        if self._postgresql is None:
            return environment(folder)
        if not before:
            return environment(folder, self._postgresql.make(str(size)))
        return environment(folder, self._grown(before[0]["DATABASE_URL"].rpartition("/")[2], str(size)))

    def _grown(self, before: str, name: str) -> str:
        import psycopg

        with psycopg.connect(self._postgresql.url_of("postgres"), autocommit=True) as door:
            door.execute(f'CREATE DATABASE "{name}" TEMPLATE "{before}"')
        return self._postgresql.url_of(name)


class PageMeasurer:
    """One measuring process (bench/scripts/measure_pages.py). It ends with the stack."""

    def __init__(self, stack: ServerStack, variables: dict[str, str]):
        command = [sys.executable, "-m", "bench.scripts.measure_pages"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        self._process = subprocess.Popen(command, cwd=ROOT, env=variables, bufsize=1, **pipes)
        stack.on_exit(self._end)
        self.names: list[str] = self._answer()["names"]

    def measure(self, what: str, times: int) -> dict:
        """Milliseconds, queries and bytes, or why it failed."""
        self._process.stdin.write(json.dumps({"what": what, "times": times}) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict:
        ready, _, _ = select.select([self._process.stdout], [], [], ANSWER_SECONDS)
        line = self._process.stdout.readline() if ready else ""
        if not line:
            raise RuntimeError("a measuring process does not answer")
        return json.loads(line)

    def _end(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
