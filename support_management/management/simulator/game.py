"""The game: so many changes a second, told in a line every few seconds, until somebody says stop."""

import time
from collections import Counter
from collections.abc import Callable
from math import ceil
from random import Random
from threading import Event, Lock, Thread

from support_management.management.simulator import moves
from support_management.management.simulator.board import Board
from support_management.management.simulator.moves import MIX, Table
from support_management.management.simulator.players import Player
from support_management.management.simulator.wire import NO_ANSWER, Answer, Line
from support_management.people.roles import Role

PER_THREAD = 4.0
"""Changes a second that one thread can make with ease."""
MOST_THREADS = 64
LOOK_EVERY = 15.0
TELL_EVERY = 5.0
TRIES = 6
"""Moves a thread tries for one change until it finds one with something to do."""


class Pace:
    """Gives each thread the moment of its next change. A game that fell behind does not catch up in a rush."""

    def __init__(self, rate: float) -> None:
        self._gap, self._next, self._lock = 1 / rate, time.monotonic(), Lock()

    def wait(self, stop: Event) -> bool:
        """False: stop."""
        with self._lock:
            self._next = max(self._next + self._gap, time.monotonic() - 1)
            moment = self._next
        return not stop.wait(max(0.0, moment - time.monotonic()))


class Score:
    """What was done since the last line."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.since = time.monotonic()
        self.total = 0

    def note(self, name: str, answer: Answer) -> None:
        with self._lock:
            if answer.good:
                self.done[name] += 1
                self.total += 1
            else:
                code = "no answer" if answer.status == NO_ANSWER else f"{answer.status} {answer.data.get('code', '')}"
                self.refused[code.strip()] += 1

    def line(self, rate: float, board: Board) -> str:
        """One line, and start again."""
        with self._lock:
            seconds = max(0.001, time.monotonic() - self.since)
            done, refused = self.done, self.refused
            self.done, self.refused, self.since = Counter(), Counter(), time.monotonic()
        did = ", ".join(f"{name} {count}" for name, count in done.most_common()) or "nothing"
        reached = f"{done.total() / seconds:.1f}/s of {rate:g}"
        errors = (
            "; refused: " + ", ".join(f"{code} × {count}" for code, count in refused.most_common()) if refused else ""
        )
        return f"{time.strftime('%H:%M:%S')} {reached}, {board.open} open: {did}{errors}"


class Game:
    """Threads that make moves at a common pace."""

    def __init__(self, *, url: str, rate: float, players: list[Player], seed: int, tell: Callable[[str], None]) -> None:
        self.url, self.rate, self.seed, self.tell = url, rate, seed, tell
        self.clients = [player for player in players if player.role in (Role.CLIENT, Role.WRITER)]
        self.leads = [player for player in players if player.role == Role.LEAD]
        self.agents = [player for player in players if player.role in (Role.SUPPORT, Role.LEAD)]
        self.board, self.pace, self.score, self.stop = Board(), Pace(rate), Score(), Event()

    def play(self, seconds: float | None = None) -> int:
        """Until `seconds` are over or the thread is interrupted. How many changes were made."""
        threads = [Thread(target=self._sit, args=[seat], daemon=True) for seat in range(self._seats())]
        try:
            self._wait_for_the_desk()
            for thread in threads:
                thread.start()
            self._tell_and_look(seconds)
        finally:
            self.stop.set()
            for thread in threads:
                if thread.is_alive():
                    thread.join(timeout=20)
        self.tell(self.score.line(self.rate, self.board))
        return self.score.total

    def _seats(self) -> int:
        return min(MOST_THREADS, max(2, ceil(self.rate / PER_THREAD)))

    def _wait_for_the_desk(self) -> None:
        line = Line(self.url, self.stop)
        while not self.board.look(line, self.leads[0].token):
            self.tell(f"Nobody answers at {self.url} yet.")
            if self.stop.wait(2):
                return
        line.close()

    def _tell_and_look(self, seconds: float | None) -> None:
        line, start = Line(self.url, self.stop), time.monotonic()
        looked = told = start
        while not self.stop.wait(0.2):
            moment = time.monotonic()
            if moment - told >= TELL_EVERY:
                told = moment
                self.tell(self.score.line(self.rate, self.board))
            if moment - looked >= LOOK_EVERY:
                looked = moment
                self.board.look(line, self.leads[0].token)
            if seconds is not None and moment - start >= seconds:
                return

    def _sit(self, seat: int) -> None:
        line, chance = Line(self.url, self.stop), Random(f"{self.seed}:{seat}")
        table = Table(self.board, line, chance, self.clients, self.agents, self.leads)
        while self.pace.wait(self.stop):
            for _ in range(TRIES):
                name = moves.choose(table)
                answer = MIX[name][0](table)
                if answer is not None:
                    self.score.note(name, answer)
                    break
        line.close()
