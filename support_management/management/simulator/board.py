"""What the players know of the desk: the last state of each piece of work that an answer showed."""

from collections.abc import Callable
from random import Random
from threading import Lock

from support_management.management.simulator.wire import Line

OPEN = frozenset({"new", "open", "pending", "on_hold"})
PAGES = 25
ROW = dict


class Board:
    """Shared by all players. Work it does not know yet is read with `look`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.tickets: dict[int, ROW] = {}
        self.orders: dict[int, ROW] = {}
        self.disputes: dict[int, ROW] = {}
        self.seats: dict[int, ROW] = {}
        self.start = 0

    def look(self, line: Line, lead_token: str) -> bool:
        """Read open work, orders, disputes and seats anew as a lead. False: nobody answered."""
        tickets = _all(line, "tickets/?limit=100&status=new,open,pending,on_hold,resolved", lead_token)
        orders = _all(line, "orders/?limit=100", lead_token, pages=4)
        disputes = _all(line, "disputes/?limit=100&status=open,under_review,awaiting_response", lead_token)
        seats = _all(line, "support-profiles/?limit=100", lead_token)
        if tickets is None or orders is None or disputes is None or seats is None:
            return False
        with self._lock:
            self.tickets = {row["id"]: row for row in tickets}
            self.orders = {row["id"]: row for row in orders}
            self.disputes = {row["id"]: row for row in disputes}
            self.seats = {row["user"]["id"]: row for row in seats}
            if not 0.6 * self.start < self._open() < 1.6 * self.start:
                self.start = self._open()  # the first look, or somebody loaded work: this is the backlog to keep
        return True

    def keep(self, kind: str, row: ROW) -> None:
        """An answer showed how the work stands now."""
        if "id" in row and "version" in row:
            with self._lock:
                getattr(self, kind)[row["id"]] = row

    def forget(self, kind: str, pk: int) -> None:
        with self._lock:
            getattr(self, kind).pop(pk, None)

    def pick(self, kind: str, wanted: Callable[[ROW], bool], chance: Random) -> ROW | None:
        """Any row that is wanted."""
        with self._lock:
            fitting = [row for row in getattr(self, kind).values() if wanted(row)]
        return chance.choice(fitting) if fitting else None

    @property
    def open(self) -> int:
        with self._lock:
            return self._open()

    def load(self, agent: int) -> int:
        """Tickets in work with this agent, as far as known."""
        with self._lock:
            return sum(owner(row) == agent and row["status"] in ("new", "open") for row in self.tickets.values())

    def has_room(self, agent: int) -> bool:
        seat = self.seats.get(agent)
        return seat is not None and self.load(agent) < seat["capacity"] - 1

    def serves(self, agent: int, website: int | None) -> bool:
        """Whether work of this website is the agent's to take. Work without one is everybody's."""
        return website is None or self.serves_all(agent) or website in self.seats[agent]["websites"]

    def serves_all(self, agent: int) -> bool:
        return agent not in self.seats or not self.seats[agent]["websites"]

    def _open(self) -> int:
        return sum(row["status"] in OPEN for row in self.tickets.values())


def owner(row: ROW) -> int | None:
    return row["assignee"]["id"] if row["assignee"] else None


def _all(line: Line, path: str, token: str, pages: int = PAGES) -> list[ROW] | None:
    """The rows of a list, page by page."""
    rows: list[ROW] = []
    cursor = ""
    for _ in range(pages):
        answer = line.get(path + cursor, token)
        if not answer.good:
            return None
        rows += answer.data["results"]
        if not answer.data["next"]:
            break
        cursor = "&cursor=" + answer.data["next"].partition("cursor=")[2].partition("&")[0]
    return rows
