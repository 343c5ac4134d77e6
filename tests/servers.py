"""Real Redis and PostgreSQL on free ports, each in a folder of its own; ended by pid, never by name."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psutil

START_SECONDS = 30
PR_SET_PDEATHSIG = 1
MIGRATED_POSTGRESQL = "MIGRATED_POSTGRESQL"
"""Names the data folder of a stopped server whose database `MIGRATED` has the schema: new servers are copies."""
MIGRATED = "migrated"


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_for(truth, *, within: float, what: str, every: float = 0.02):
    """The first true value of `truth()`. Fails with `what` when there is none in time."""
    limit = time.monotonic() + within
    while True:
        if value := truth():
            return value
        if time.monotonic() > limit:
            raise AssertionError(f"not within {within} s: {what() if callable(what) else what}")
        time.sleep(every)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def program(*names: str, folders: tuple[str, ...] = ()) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
        for folder in folders:
            if found := sorted(Path("/").glob(f"{folder}/{name}")):
                return str(found[-1])
    raise RuntimeError(f"{names[0]} is not installed: bin/packages installs it")


def kill_tree(process: subprocess.Popen) -> None:
    """`kill -9` of a process and its children; returns when all are gone."""
    parent = psutil.Process(process.pid)
    family = [parent, *parent.children(recursive=True)]
    for one in family:
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended with its parent
            one.kill()
    process.wait(START_SECONDS)
    assert not psutil.wait_procs(family[1:], timeout=START_SECONDS)[1]


class Server:
    """A process with a port and a folder; it can be killed and come back in the same place."""

    end_signal = signal.SIGTERM

    def __init__(self):
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"desk-{type(self).__name__.lower()}-"))
        self.log = (self.folder / "server.log").open("ab")
        self.process: subprocess.Popen | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def options(self) -> dict:
        return {}

    def start(self):
        self.process = subprocess.Popen(
            self.command(),
            stdout=self.log,
            stderr=self.log,
            process_group=0,
            preexec_fn=self._end_with_the_tests,
            **self.options(),
        )
        wait_for(self.ready, within=START_SECONDS, what=f"{type(self).__name__} answers, see {self.log.name}")
        return self

    def _end_with_the_tests(self) -> None:
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, self.end_signal)

    def ready(self) -> bool:
        return answers(self.port)

    def kill(self, number: int = signal.SIGKILL) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(START_SECONDS)

    def lose_power(self) -> None:
        """`kill -9` of the process and of everything it has started."""
        kill_tree(self.process)

    def stop(self) -> None:
        self.kill(self.end_signal)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


class Redis(Server):
    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        redis = program("redis-server", "valkey-server")
        store = ["--save", "", "--appendonly", "no", "--dir", str(self.folder)]
        return [redis, "--port", str(self.port), "--bind", "127.0.0.1", *store]

    def say(self, *words: str) -> str:
        """One command, one answer line."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall((" ".join(words) + "\r\n").encode())
            return line.recv(4096).decode().strip()


class PostgreSQL(Server):
    """Refuses to run as root, so root runs it as the user that the package made for it."""

    end_signal = signal.SIGQUIT  # at once: its folder is thrown away anyway
    server_options = {
        "max_connections": "150",
        "shared_buffers": "64MB",
        "fsync": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
    }
    folders = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin", "opt/homebrew/opt/postgresql*/bin")

    def __init__(self):
        super().__init__()
        self.owner = self._owner()
        if self.owner:
            shutil.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        migrated = os.environ.get(MIGRATED_POSTGRESQL)
        if migrated:
            shutil.copytree(migrated, self.data, copy_function=shutil.copy)
            for path in (self.data, *self.data.rglob("*")) if self.owner else ():
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
        else:
            self._initdb()

    def _initdb(self) -> None:
        initdb = program("initdb", folders=self.folders)
        make = [initdb, "-D", str(self.data), "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(make, check=True, stdout=self.log, stderr=self.log, cwd="/", **self.options())

    @staticmethod
    def _owner():
        if os.getuid():
            return None
        for name in ("postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        return None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def options(self) -> dict:
        if not self.owner:
            return {}
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}

    def command(self) -> list[str]:
        postgres = program("postgres", folders=self.folders)
        place = ["-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1"]
        options = [word for name, value in self.server_options.items() for word in ("-c", f"{name}={value}")]
        return [postgres, "-D", str(self.data), *place, *options]

    def ready(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url_of("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    @contextlib.contextmanager
    def silent(self):
        """It is there and takes what is sent, and answers nothing."""
        postmaster = psutil.Process(self.process.pid)
        postmaster.suspend()  # first: from now on it starts no other process
        stopped = [postmaster, *postmaster.children()]
        gone = contextlib.suppress(psutil.NoSuchProcess)  # a connection may end just now, and its process with it
        try:
            for process in stopped:
                with gone:
                    process.suspend()
            yield
        finally:
            for process in stopped:
                with gone:
                    process.resume()

    def url_of(self, database: str) -> str:
        return f"postgresql://desk@127.0.0.1:{self.port}/{database}"

    def make(self, database: str) -> str:
        """A new database, with the schema if the server is a copy of one that has it; returns its address."""
        import psycopg

        template = MIGRATED if MIGRATED_POSTGRESQL in os.environ else "template1"
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as door:
            door.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url_of(database)
