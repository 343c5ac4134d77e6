"""A draft belongs to its author and its ticket: every tab shows the same, and it ends when it is sent or they leave."""

import pytest

from tests.stack.browser import Screen

BODY = "document.querySelector('#body').value"
KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"


@pytest.fixture
def desk(embedded):
    return embedded


@pytest.fixture
def mine(spare, program_of, lead):
    """A ticket of the spare agent."""
    ticket = lead.new_ticket()
    program_of(spare).post(f"/tickets/{ticket['id']}/claim/")
    return f"/tickets/{ticket['number']}/"


def write(screen: Screen, text: str) -> None:
    screen.page.fill("#body", text)
    screen.wait_until(f"{KEPT} === 1")


def test_what_one_tab_sends_returns_in_no_other(screens, spare, mine):
    first = screens.of(spare).open(mine)
    second = Screen(first.page.context.new_page(), first.url).open(mine)
    write(first, "Half a sen")
    second.wait_until(f"{BODY} === 'Half a sen'")
    write(second, "Half a sentence, finished here")
    first.wait_until(f"{BODY} === 'Half a sentence, finished here'")
    first.page.press("#body", "Control+Enter")
    first.shows("Reply posted.", where="#toasts")
    second.wait_until(f"{BODY} === ''")
    second.page.goto(f"{second.url}/queue/")
    second.page.goto(f"{second.url}{mine}")
    assert second.page.evaluate(f"[{BODY}, {KEPT}]") == ["", 0]
    assert not first.violations() + second.violations()


def test_signing_out_leaves_no_draft_behind(screens, spare, mine):
    screen = screens.of(spare).open(mine)
    other = Screen(screen.page.context.new_page(), screen.url).open(mine)
    write(screen, "Not for whoever comes next")
    screen.page.click("button.me")
    screen.page.click("#me button:has-text('Sign out')")
    screen.page.click("button[value=go]")  # her ticket is still open
    screen.page.wait_for_url("**/login/")
    other.page.wait_for_url("**/login/**")
    assert [tab.page.evaluate(KEPT) for tab in (screen, other)] == [0, 0]


def test_the_key_of_a_menu_leads_into_it(screens, spare):
    screen = screens.of(spare).open("/queue/")
    inside = "document.activeElement.closest('[popover]')?.id"
    for key, menu in (("Shift+S", "status-menu"), ("b", "notices")):
        screen.page.keyboard.press(key)
        screen.wait_until(f"{inside} === '{menu}'")
        screen.page.keyboard.press("Escape")
        screen.wait_until("!document.querySelector(':popover-open')")
