"""Work as the actors know it: the latest state that a response has shown."""

from collections.abc import Callable
from random import Random
from threading import Lock

from support_management.management.simulator.api_client import ApiClient

OPEN = frozenset({"new", "open", "pending", "on_hold"})
PAGES = 25
Row = dict


class WorkCache:
    """Shared by all threads; `refresh` reads what is new."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.tickets: dict[int, Row] = {}
        self.orders: dict[int, Row] = {}
        self.disputes: dict[int, Row] = {}
        self.profiles: dict[int, Row] = {}
        self.start = 0

    def refresh(self, api: ApiClient, lead_token: str) -> bool:
        """Read open work, orders, disputes and profiles as a lead. False when there was no answer."""
        tickets = _all(api, "tickets/?limit=100&status=new,open,pending,on_hold,resolved", lead_token)
        orders = _all(api, "orders/?limit=100", lead_token, pages=4)
        disputes = _all(api, "disputes/?limit=100&status=open,under_review,awaiting_response", lead_token)
        profiles = _all(api, "support-profiles/?limit=100", lead_token)
        if tickets is None or orders is None or disputes is None or profiles is None:
            return False
        with self._lock:
            self.tickets = {row["id"]: row for row in tickets}
            self.orders = {row["id"]: row for row in orders}
            self.disputes = {row["id"]: row for row in disputes}
            self.profiles = {row["user"]["id"]: row for row in profiles}
            if not 0.6 * self.start < self._open() < 1.6 * self.start:
                self.start = self._open()  # the first refresh, or work was loaded: the backlog to maintain
        return True

    def keep(self, kind: str, row: Row) -> None:
        """Store the state that a response has shown."""
        if "id" in row and "version" in row:
            with self._lock:
                getattr(self, kind)[row["id"]] = row

    def forget(self, kind: str, pk: int) -> None:
        with self._lock:
            getattr(self, kind).pop(pk, None)

    def pick(self, kind: str, wanted: Callable[[Row], bool], rng: Random) -> Row | None:
        """Any row for which `wanted` is true; None without one."""
        with self._lock:
            fitting = [row for row in getattr(self, kind).values() if wanted(row)]
        return rng.choice(fitting) if fitting else None

    @property
    def open(self) -> int:
        with self._lock:
            return self._open()

    def load(self, agent: int) -> int:
        """New and open tickets of this agent, as far as known."""
        with self._lock:
            return sum(assignee_of(row) == agent and row["status"] in ("new", "open") for row in self.tickets.values())

    def has_capacity(self, agent: int) -> bool:
        profile = self.profiles.get(agent)
        return profile is not None and self.load(agent) < profile["capacity"] - 1

    def serves(self, agent: int, website: int | None) -> bool:
        """Whether the agent serves this website. Work without a website is served by all."""
        return website is None or self.serves_all(agent) or website in self.profiles[agent]["websites"]

    def serves_all(self, agent: int) -> bool:
        return agent not in self.profiles or not self.profiles[agent]["websites"]

    def _open(self) -> int:
        return sum(row["status"] in OPEN for row in self.tickets.values())


def assignee_of(row: Row) -> int | None:
    return row["assignee"]["id"] if row["assignee"] else None


def _all(api: ApiClient, path: str, token: str, pages: int = PAGES) -> list[Row] | None:
    """All rows of a list, page by page; None without an answer."""
    rows: list[Row] = []
    cursor = ""
    for _ in range(pages):
        response = api.get(path + cursor, token)
        if not response.good:
            return None
        rows += response.data["results"]
        if not response.data["next"]:
            break
        cursor = "&cursor=" + response.data["next"].partition("cursor=")[2].partition("&")[0]
    return rows
