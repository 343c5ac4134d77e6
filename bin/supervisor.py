"""Keeps a few processes running, shows their output, and ends them together."""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from console.repeats import Repeats, unvaried

BACK_OFF_SECONDS = (0.2, 0.5, 1, 2, 5)
STEADY_SECONDS = 20  # a process that ran this long is restarted without back-off
KEPT_LINES = 2000
GRACE_SECONDS = 8
LOG_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1


def say(text: str) -> None:
    # The terminal may be gone; the log files are not.
    with contextlib.suppress(OSError, ValueError):
        print(text, flush=True)


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent dies, however it dies (Linux only)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """A process that is restarted whenever it ends."""

    def __init__(self, name: str, command: list[str], logs: Path, environment: dict[str, str] | None = None):
        self.name = name
        self.command = command
        self.environment = environment
        self.log_file = logs / f"{name}.log"
        self.process: subprocess.Popen | None = None
        self.started = 0.0
        self.start_at = 0.0
        self.short_lives = 0
        self._rest = b""
        self._log = None
        self._ends = Repeats()
        self._lines: set[str] = set()
        self._earlier_lines: set[str] = set()

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment,
            process_group=0,  # Ctrl-C goes to the supervisor, which ends the children
            preexec_fn=end_with_parent,
        )
        os.set_blocking(self.process.stdout.fileno(), False)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ended(self) -> str:
        """Record the end and schedule the restart. Returns a message about both; "" when it was given already."""
        code = self.process.returncode
        self.short_lives = self.short_lives + 1 if self._is_young() else 0
        wait = BACK_OFF_SECONDS[min(max(self.short_lives - 1, 0), len(BACK_OFF_SECONDS) - 1)]
        self.start_at = time.monotonic() + wait
        self._earlier_lines = self._earlier_lines | self._lines if self.short_lives else set()
        self._lines = set()
        self.sweep()
        self.process = None
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
        verdict = self._ends.met((how, wait), lambda: how)
        how += f" … repeated {verdict.folded} times" if verdict.folded else ""
        return f"{self.name} {how}; starting it again in {wait} s" if verdict.said else ""

    def _is_young(self) -> bool:
        return time.monotonic() - self.started <= STEADY_SECONDS

    def sweep(self) -> None:
        """Kill the remaining processes of its group."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def read(self) -> None:
        """Copy its output to the log file and to the terminal, line by line."""
        data = b""
        with contextlib.suppress(BlockingIOError, OSError):
            data = self.process.stdout.read() or b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        if self._rest and not self.running():
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            if not self._is_repeated(line.decode(errors="replace")):
                self._write_log(line + b"\n")
                say(f"{self.name:<7}| {line.decode(errors='replace')}")

    def _is_repeated(self, line: str) -> bool:
        """Whether a process that ends soon after each start has said this in an earlier life already."""
        if not self._is_young():
            return False
        line = unvaried(line)
        if len(self._lines) < KEPT_LINES:
            self._lines.add(line)
        return line in self._earlier_lines

    def _write_log(self, data: bytes) -> None:
        # A full disk must not stop the product.
        with contextlib.suppress(OSError):
            if self._log is None or self._log.tell() > LOG_BYTES:
                self._open_log()
            self._log.write(data)

    def _open_log(self) -> None:
        if self._log:
            self._log.close()
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".1.log"))
        self._log = self.log_file.open("ab", buffering=0)


class Supervisor:
    """Runs its children until it is stopped. `each_turn` is called about five times a second."""

    def __init__(self, children: list[Child], each_turn=lambda: None):
        self.children = children
        self.each_turn = each_turn
        self.stopping = False
        self.hurry = False

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            while not self.stopping:
                self._turn()
                self.each_turn()
        finally:
            self._end_all()

    def stop(self) -> None:
        self.stopping = True

    def kill_all(self) -> None:
        """End every child at once, without a chance to touch a file; returns when all have ended. They start again."""
        for child in self.children:
            child.sweep()
        for child in self.children:
            if child.process:
                child.process.wait()

    def _on_signal(self, *_) -> None:
        self.hurry = self.stopping
        self.stopping = True

    def _turn(self) -> None:
        for child in self.children:
            if child.process is None and time.monotonic() >= child.start_at:
                child.start()
            elif child.process and not child.running():
                child.read()
                if text := child.ended():
                    say(text)
        self._listen(0.2)

    def _listen(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector:
            for child in self.children:
                if child.running():
                    selector.register(child.process.stdout, selectors.EVENT_READ, child)
            if not selector.get_map():
                time.sleep(min(seconds, 0.05))
            for key, _ in selector.select(seconds):
                key.data.read()

    def _end_all(self) -> None:
        say("Stopping")
        for child in self.children:
            if child.running():
                child.process.terminate()
        limit = time.monotonic() + GRACE_SECONDS
        while any(child.running() for child in self.children) and time.monotonic() < limit and not self.hurry:
            self._listen(0.1)
        for child in self.children:
            child.sweep()
            if child.process:
                child.process.wait()
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
