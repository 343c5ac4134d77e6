"""The readers of the OpenAPI document in a real browser: they show it, and nothing is refused or fetched elsewhere."""

from threading import Thread

import pytest
from playwright.sync_api import sync_playwright

from tests.servers import program

SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.mark.browser
@pytest.mark.parametrize(("reader", "shown"), [("swagger", "Create a ticket"), ("redoc", "Get own figures")])
def test_the_reader_shows_the_document_and_asks_nobody_else(live_server, reader, shown):
    seen: dict = {"complaints": [], "hosts": set()}
    look = Thread(target=_look, args=[f"{live_server.url}/api/v1/support-management/{reader}/", shown, seen])
    look.start()  # a thread of its own: the browser's driver runs a loop, and Django's tests must not see one
    look.join()
    assert seen.get("shown"), seen
    assert seen["complaints"] == []
    assert seen["hosts"] == {live_server.url}


def _look(url: str, shown: str, seen: dict) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program("chromium", "chromium-browser", "google-chrome"), args=SWITCHES
        )
        page = browser.new_page()
        page.on("console", lambda said: said.type == "error" and seen["complaints"].append(said.text))
        page.on("pageerror", lambda error: seen["complaints"].append(str(error)))
        page.on("request", lambda asked: _note_host(asked.url, seen["hosts"]))
        page.goto(url)
        page.locator(f"text={shown} >> visible=true").first.wait_for()
        page.wait_for_load_state("networkidle")
        seen["shown"] = True
        browser.close()


def _note_host(url: str, hosts: set) -> None:
    if url.startswith("http"):
        hosts.add("/".join(url.split("/")[:3]))
