"""The readers of the OpenAPI document in a real browser: they show it, and nothing is refused or fetched elsewhere."""

from urllib.parse import urlsplit

import pytest


@pytest.fixture
def desk(embedded):
    return embedded


@pytest.mark.parametrize(("reader", "shown"), [("swagger", "Create a ticket"), ("redoc", "Get own figures")])
def test_the_reader_shows_the_document_and_asks_nobody_else(screens, reader, shown):
    screen, hosts = screens.new(), set()
    screen.page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
    screen.page.goto(f"{screen.url}/api/v1/support-management/{reader}/")
    screen.page.locator(f"text={shown} >> visible=true").first.wait_for()
    screen.page.wait_for_load_state("networkidle")
    assert screen.violations() == []
    assert hosts - {""} == {urlsplit(screen.url).netloc}  # what the page itself holds has no host
