"""The real product as `make run` starts it: own folder, own port; its processes are known by pid."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from tests.servers import PostgreSQL, Redis, free_port, kill_tree, wait_for
from tests.stack.shell import Shell

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "a long word for every demo person"
UP_SECONDS = 90
OWN_WORDS = {"web": "console.web_server", "worker": "worker", "beat": "beat"}
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")


class Desk:
    """One running product. Embedded, unless it is given a database and a Redis of its own."""

    collected: Path | None = None
    """Static files that an earlier desk of this run has collected."""

    def __init__(self, *, database: str = "", redis: str = "", web: int = 1, empty: bool = False, **settings: str):
        """`empty`: without the schema; `bin/run` makes it, as on a new machine."""
        self.folder = Path(tempfile.mkdtemp(prefix="desk-stack-"))
        self.port = self._two_ports() if web > 1 else free_port()
        self.web = web
        self.output = self.folder / "output.txt"
        self.process: subprocess.Popen | None = None
        self._shell: Shell | None = None
        self.migrated = "" if empty or database else os.environ.get("MIGRATED_SQLITE", "")
        self.settings = {"DATA_DIR": str(self.folder), "PORT": str(self.port), "WEB": str(web)} | settings
        self.settings |= {"DEMO_PASSWORD": PASSWORD, "API_THROTTLE": "1000000/min"}
        if database:
            facts = {"SECRET_KEY": "for a desk of the tests " * 3, "ALLOWED_HOSTS": "127.0.0.1,localhost", "DEMO": "1"}
            self.settings |= {"DATABASE_URL": database} | facts
        if redis:
            self.settings["REDIS_URL"] = redis

    @staticmethod
    def _two_ports() -> int:
        def pair():
            first = free_port()
            taken = {door.laddr.port for door in psutil.net_connections("tcp") if door.laddr}
            return first if first < 65535 and first + 1 not in taken else None

        return wait_for(pair, within=5, what="two free ports side by side")

    @property
    def environment(self) -> dict[str, str]:
        return {name: os.environ[name] for name in KEPT if name in os.environ} | self.settings

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{self.port + place}" for place in range(self.web)]

    @property
    def database(self) -> Path:
        """The SQLite file of an embedded desk."""
        return Path(self.settings["DATA_DIR"]) / "desk.sqlite3"

    # --- Life ---

    def start(self) -> "Desk":
        """Start it on what earlier desks of this run have collected, and on a copy of MIGRATED_SQLITE if embedded."""
        if self.migrated and not self.database.exists():
            shutil.copy(self.migrated, self.database)
        if Desk.collected and not (self.folder / "static").exists():
            shutil.copytree(Desk.collected / "static", self.folder / "static", copy_function=os.link)
            shutil.copy(Desk.collected / "static.stamp", self.folder)
        with self.output.open("ab") as output:
            command = [sys.executable, str(ROOT / "bin" / "run")]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )
        self.wait_until_ready()
        if not Desk.collected:
            Desk.collected = self.folder
            atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        return self

    def wait_until_ready(self, within: float = UP_SECONDS) -> None:
        def ready():
            assert self.process.poll() is None, f"bin/run ended: {self.said()}"
            return all(self.readiness(url)[0] == 200 for url in self.urls)

        wait_for(ready, within=within, what=lambda: f"the desk is ready: {self.readiness()} {self.said()}", every=0.1)

    def readiness(self, url: str = "") -> tuple[int, dict]:
        """The answer of /readyz; 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"{url or self.url}/readyz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            text = answer.read().decode(errors="replace")
            return answer.code, json.loads(text) if text.startswith("{") else {"answer": text[:500]}
        except OSError:
            return 0, {}

    def stop(self) -> int | None:
        if self._shell is not None:
            self._shell.close()
            self._shell = None
        if not self.process:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            for child in self.processes():
                child.kill()
            self.process.kill()
            raise

    def lose_power(self) -> None:
        """`kill -9` of the supervisor and of all that it has started, at once."""
        kill_tree(self.process)

    def throw_away(self) -> None:
        self.stop()
        if Desk.collected != self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def said(self) -> str:
        return self.output.read_text(errors="replace")[-3000:] if self.output.exists() else ""

    # --- Processes ---

    def processes(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.process.pid).children()
        except psutil.NoSuchProcess:
            return []

    def of(self, name: str) -> list[psutil.Process]:
        """The running processes called web, worker or beat; web processes in the order of their ports."""

        def words(process):
            try:
                return process.cmdline()
            except psutil.Error:
                return []

        found = [(words(process), process) for process in self.processes()]
        return [process for line, process in sorted(found, key=lambda one: one[0]) if OWN_WORDS[name] in line]

    def kill(self, name: str, place: int = 0) -> int:
        """`kill -9` of one process; returns its pid. The supervisor brings another."""
        victim = wait_for(lambda: self.of(name)[place:], within=10, what=f"{name} runs")[0]
        victim.kill()
        wait_for(lambda: not victim.is_running(), within=10, what=f"{name} is gone")
        return victim.pid

    # --- Other doors ---

    def manage(self, *words: str) -> str:
        """A management command in another process, as an operator would run it."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, text=True, capture_output=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def shell(self, code: str) -> str:
        """What lines of Python print in `manage.py shell`. All models are imported there."""
        if self._shell is None:
            self._shell = Shell(self.environment)
        return self._shell.ask(code)

    def token(self, username: str) -> str:
        return self.manage("api_token", username).split()[-1]


class Services:
    """PostgreSQL and Redis for a desk."""

    def __init__(self):
        self.postgresql, self.redis = PostgreSQL(), Redis()

    def __enter__(self):
        self.postgresql.start()
        self.redis.start()
        return self

    def __exit__(self, *_):
        self.redis.stop()
        self.postgresql.stop()
