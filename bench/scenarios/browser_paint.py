"""The last step of the way: a change is written, until the row is painted in a real browser."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from bench.harness.cpu import CpuMeter
from bench.harness.servers import priority_changes, run_script, web_pid
from bench.load.api_load import ApiLoad
from bench.load.priority_changers import ChangePlan
from bench.report.results import ResultLog, percentile
from tests.servers import program
from tests.stack.desk import Desk

P95, P99, AIM = 500, 1000, 250
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--disable-sync"]
FLAGS += ["--disable-quic", "--disable-background-networking", "--disable-component-update"]
RATE = 10
FEW = 5
LEAD_SECONDS, MANY_SECONDS = 3.0, 20.0
"""Until they fall due, and how long changes go on: making them takes some of it."""
LIVE_SECONDS = 20
REST_SECONDS = 1.0
OBSERVER = (Path(__file__).parent / "browser_paint.js").read_text()


def run(results: ResultLog, desk: Desk, fixtures: dict, *, mode: str, seconds: float, many: int) -> None:
    with sync_playwright() as player:
        names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        browser = player.chromium.launch(executable_path=program(*names), args=FLAGS)
        try:
            _usual(results, _board(browser, desk, fixtures), desk, fixtures, mode=mode, seconds=seconds)
            _while_many_fall_due(results, _board(browser, desk, fixtures), desk, fixtures, mode=mode, many=many)
        finally:
            browser.close()


def _usual(results: ResultLog, page: Page, desk: Desk, fixtures: dict, *, mode: str, seconds: float) -> None:
    rows = page.evaluate("document.querySelectorAll('[id*=\"-ticket-\"]').length")
    meter = CpuMeter([web_pid(desk)])
    changes, delays, usage = _changed_and_painted(page, desk, fixtures, RATE, seconds, meter.stop)
    where = {"mode": mode, "rate": RATE, "changes": len(changes), "rows": rows, "usage": usage}
    p50, p95, p99 = (_ms(delays, share) for share in (0.5, 0.95, 0.99))
    results.add("commit → painted, p95", p95, unit="ms", most=P95, aim=AIM, p50=p50, **where)
    results.add("commit → painted, p99", p99, unit="ms", most=P99, **where)
    results.add("changes never painted", len(changes) - len(delays), most=0, **where)


def _while_many_fall_due(results: ResultLog, page: Page, desk: Desk, fixtures: dict, *, mode: str, many: int) -> None:
    """Other people's changes while thousands of clocks fall due in one second: from then until a second after all of
    them have fired."""
    with ThreadPoolExecutor(1) as beside:
        falling = beside.submit(
            run_script, desk.environment, "bench.scripts.expire_clocks", str(many), str(LEAD_SECONDS)
        )
        changes, _, _ = _changed_and_painted(page, desk, fixtures, FEW, MANY_SECONDS, falling.result)
    fell = falling.result()
    if fell["left"]:
        raise RuntimeError(f"{fell['left']} clocks were not fired")
    painted = page.evaluate("window.benchPainted")
    meant = [change for change in changes if fell["due"] <= change[1] <= fell["fired"] + 1]
    delays = [late for change in meant if (late := _delay(change, painted)) is not None]
    where = {"mode": mode, "rate": FEW, "changes": len(meant), "fired_after": round(fell["fired"] - fell["due"], 2)}
    name = f"commit → painted while {many:,} clocks fall due"
    results.add(f"{name}, p95", _ms(delays, 0.95), unit="ms", most=P99, p50=_ms(delays, 0.5), **where)
    results.add(f"{name}: changes never painted", len(meant) - len(delays), most=0, **where)


def _changed_and_painted(
    page: Page, desk: Desk, fixtures: dict, rate: float, seconds: float, over: Callable
) -> tuple[list, list[float], Any]:
    """Changes of a program, after how many seconds each was on the glass, and what `over` says at their end."""
    began = time.time()
    plan = ChangePlan(desk.port, fixtures["token"], fixtures["tickets"], rate, seconds)
    with ApiLoad([plan]) as programs:
        while not programs.over():
            page.wait_for_timeout(100)
        answer, outcome = over(), programs.result()
    page.wait_for_timeout(1000 * REST_SECONDS)
    painted = page.evaluate("window.benchPainted")
    if outcome.refusals:
        raise RuntimeError(f"changes were refused: {outcome.refusals}")
    changes = priority_changes(desk, began)
    if not changes:
        raise RuntimeError("no change was made: nothing was measured")
    return changes, [late for change in changes if (late := _delay(change, painted)) is not None], answer


def _board(browser: Browser, desk: Desk, fixtures: dict) -> Page:
    """A lead's queue board, live, with nobody's pointer on it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(1000 * LIVE_SECONDS)
    context.add_init_script(OBSERVER)
    cookie = {"name": "desk_session", "value": fixtures["sessions"][0], "url": desk.url}
    context.add_cookies([cookie])
    page = context.new_page()
    answer = page.goto(f"{desk.url}/queue/")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"/queue/ answered {answer and answer.status}: nothing can be painted")
    _wait_until_live(page)
    page.mouse.move(1, 1)
    return page


def _wait_until_live(page: Page) -> None:
    """Asked from outside: the page's own policy forbids what Playwright's waiting inside it would need."""
    limit = time.monotonic() + LIVE_SECONDS
    while page.evaluate("document.body.dataset.liveState") not in ("live", "slower"):
        if time.monotonic() > limit:
            raise RuntimeError(f"the board is not live after {LIVE_SECONDS} s")
        page.wait_for_timeout(50)


def _delay(change: tuple[int, float, int], painted: list[dict]) -> float | None:
    """Seconds until the row of this change, or a newer state of it, was on the glass."""
    pos, changed_at, ticket = change
    seen = [row["at"] for row in painted if row["ticket"] == ticket and row["pos"] >= pos]
    return min(seen) - changed_at if seen else None


def _ms(delays: list[float], share: float) -> float | None:
    value = percentile(delays, share)
    return None if value is None else 1000 * value
