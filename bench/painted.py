"""The last step of the way: a change is written, until the row is painted in a real browser."""

import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.changes import Order
from bench.desks import House
from bench.figures import Book, percentile
from bench.machine import Watch
from bench.programs import Programs
from tests.servers import program
from tests.stack.desk import Desk

P95, P99, AIM = 500, 1000, 250
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--disable-sync"]
FLAGS += ["--disable-quic", "--disable-background-networking", "--disable-component-update"]
RATE = 10
LIVE_SECONDS = 20
REST_SECONDS = 1.0
OBSERVER = (Path(__file__).parent / "painted.js").read_text()


def run(book: Book, house: House, desk: Desk, facts: dict, *, mode: str, seconds: float) -> None:
    from bench.end_to_end import history, web_pid

    with sync_playwright() as player:
        names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        browser = player.chromium.launch(executable_path=program(*names), args=FLAGS)
        try:
            page = _board(browser, desk, facts)
            shown = page.evaluate("[...document.querySelectorAll('[id*=\"-ticket-\"]')].map((row) => row.id)")
            began, watch = time.time(), Watch([web_pid(desk)])
            order = Order(desk.port, facts["token"], facts["tickets"], RATE, seconds)
            with Programs([order]) as programs:
                while not programs.over():
                    page.wait_for_timeout(100)
                span, outcome = watch.stop(), programs.outcome()
            page.wait_for_timeout(1000 * REST_SECONDS)
            painted = page.evaluate("window.benchPainted")
        finally:
            browser.close()
    if outcome.refusals:
        raise RuntimeError(f"changes were refused: {outcome.refusals}")
    changes = history(desk, began)
    if not changes:
        raise RuntimeError("no change was made: nothing was measured")
    delays = [late for change in changes if (late := _delay(change, painted)) is not None]
    where = {"mode": mode, "rate": RATE, "changes": len(changes), "rows": len(shown), "span": span}
    p50, p95, p99 = (_ms(delays, share) for share in (0.5, 0.95, 0.99))
    book.add("commit → painted, p95", p95, unit="ms", most=P95, aim=AIM, p50=p50, **where)
    book.add("commit → painted, p99", p99, unit="ms", most=P99, **where)
    book.add("changes never painted", len(changes) - len(delays), most=0, **where)


def _board(browser: Browser, desk: Desk, facts: dict) -> Page:
    """A lead's queue board, live, with nobody's pointer on it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(1000 * LIVE_SECONDS)
    context.add_init_script(OBSERVER)
    cookie = {"name": "desk_session", "value": facts["sessions"][0], "url": desk.url}
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
    seen = [one["at"] for one in painted if one["ticket"] == ticket and one["pos"] >= pos]
    return min(seen) - changed_at if seen else None


def _ms(delays: list[float], share: float) -> float | None:
    value = percentile(delays, share)
    return None if value is None else 1000 * value
