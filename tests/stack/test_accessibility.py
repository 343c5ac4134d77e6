"""For everyone: no mouse, no JavaScript, a screen reader, the dark, a phone; and a policy that nothing breaks."""

import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.stack.desk import PASSWORD

WIDTHS = {"wide": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
PAGES = ["/queue/", "/tickets/{number}/", "/disputes/", "/dashboard/", "/preferences/", "/password/", "/nowhere/"]
PAGES += ["/notifications/", "/preferences/notices/", "/sla/", "/availability/", "/tokens/", "/orders/", "/orders/1/"]
PAGES += ["/payments/", "/payments/1/", "/payments/log/?order=1"]
PAGES += ["/tickets/", "/search/?q={number}"]
OF_LEADS = ["/sla/policies/", "/sla/calendars/", "/sla/compliance/", "/sla/reports/"]
OF_LEADS += ["/workload/?open=1&open=2&ticket={number}", "/workload/moves/", "/workload/rules/", "/people/1/"]
FEW = (
    """for (const body of document.querySelectorAll("tbody")) for (const row of [...body.rows].slice(4)) row.remove()"""
)
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}
"""Without lists of what is as it should be."""
POLICY_FORM = "/admin/support_management/slapolicy/1/change/"


@pytest.fixture
def desk(embedded):
    return embedded


@pytest.fixture(scope="module")
def worked_on(embedded):
    """A ticket of the demo with a conversation, an order and clocks."""
    code = "print(Ticket.objects.filter(is_open=True, order__isnull=False).order_by('pk')[0].number)"
    return embedded.shell(code).strip()


def findings(screen) -> list[str]:
    """What axe says, in lines. Of a long table it reads the first rows: the others are made like them."""
    screen.page.evaluate(FEW)
    found = Axe().run(screen.page, options=ONLY_VIOLATIONS).response["violations"]
    return [f"{one['id']} ({one['impact']}): {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize(
    ("username", "theme", "width"),
    [("agent1", "dark", "wide"), ("lead", "light", "wide"), ("lead", "dark", "phone")],
)
def test_axe_finds_nothing_and_the_policy_stops_nothing(screens, worked_on, username, theme, width):
    screen = screens.of(username, color_scheme=theme, viewport=WIDTHS[width])
    trouble = {}
    for page in [*PAGES, *(OF_LEADS if username == "lead" else ())]:
        screen.page.goto(screen.url + page.format(number=worked_on))
        wide = screen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        trouble[page] = [*findings(screen), *screen.violations()]
        if wide > 0:
            trouble[page].append(f"scrolls sideways by {wide} px")
    assert not any(trouble.values()), trouble


def test_search_is_found_chosen_and_opened_by_keyboard_alone(screens, worked_on):
    screen = screens.of("agent1").open("/queue/")
    keys, chosen = screen.page.keyboard, "document.getElementById('find').getAttribute('aria-activedescendant')"
    keys.press("/")
    keys.type("order")
    screen.wait_until("document.querySelectorAll('#found [role=option]').length > 5")
    assert findings(screen) == []
    keys.press("ArrowUp")
    assert screen.page.evaluate(chosen) == "found-all"
    keys.press("ArrowDown")
    assert screen.page.evaluate(chosen) is None
    keys.press("Escape")
    assert screen.page.locator("#found").is_hidden()
    screen.page.fill("#find", "")
    keys.type(worked_on)
    screen.wait_until("document.querySelector('#found [data-exact]')")
    keys.press("Enter")
    screen.page.wait_for_url(f"**/tickets/{worked_on}/")
    assert screen.violations() == []


def test_the_open_bell_too(screens):
    screen = screens.of("agent2").open("/queue/")
    screen.page.click("button.bell")
    screen.wait_until("document.querySelector('#notices-panel').childElementCount > 0")
    assert screen.page.locator("#notices").is_visible()
    assert findings(screen) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_sign_in_page_too(screens, theme):
    screen = screens.new(color_scheme=theme)
    screen.page.goto(f"{screen.url}/login/")
    assert findings(screen) == []
    screen.page.fill("input[name=username]", "agent1")
    screen.page.fill("input[name=password]", "not the word")
    with screen.page.expect_navigation():
        screen.page.keyboard.press("Enter")
    assert findings(screen) == []
    assert screen.violations() == []


def test_the_administration_breaks_no_policy(screens, worked_on):
    screen = screens.of("admin")
    for page in ("/admin/", "/admin/support_management/ticket/", "/admin/support_management/user/", POLICY_FORM):
        screen.page.goto(screen.url + page)
    assert screen.violations() == []


def test_a_ticket_is_taken_answered_and_solved_by_keyboard_alone(screens, spare, lead):
    ticket = lead.new_ticket(priority="urgent")
    screen = screens.new()
    keys = screen.page.keyboard
    screen.page.goto(f"{screen.url}/login/")
    screen.page.focus("input[name=username]")
    keys.type(spare)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    screen.page.wait_for_url("**/queue/")
    screen.wait_until_live()
    row = f"queue-unassigned-ticket-{ticket['id']}"
    for _ in range(200):
        keys.press("j")
        if screen.page.evaluate("document.activeElement.closest('[data-order]')?.id") == row:
            break
    keys.press("t")
    screen.shows("Assigned to you", where="#say")
    screen.page.goto(f"{screen.url}/tickets/{ticket['number']}/")
    screen.wait_until_live()
    keys.press("r")
    word = f"Answered by hand {uuid.uuid4().hex[:8]}"
    screen.wait_until("document.activeElement.id === 'body'")
    keys.type(word)
    keys.press("Control+Enter")
    screen.shows(word, where=f"#ticket-{ticket['id']}-timeline")
    screen.wait_until("document.getElementById('body').value === ''")
    assert lead.get(f"/tickets/{ticket['id']}/").json["assignee"]["name"].startswith("Spare")


def test_without_javascript_work_goes_on(screens, spare, lead):
    ticket = lead.new_ticket(priority="urgent")
    screen = screens.new(java_script_enabled=False).sign_in(spare)
    page = screen.page
    page.goto(f"{screen.url}/queue/")
    row = page.locator(f"#queue-unassigned-ticket-{ticket['id']}")
    row.hover()
    row.locator("button[data-key=t]").click()
    page.wait_for_url("**/queue/**")
    assert page.locator(f"#queue-mine-ticket-{ticket['id']}").count() == 1
    page.goto(f"{screen.url}/tickets/{ticket['number']}/")
    word = f"Written in plain HTML {uuid.uuid4().hex[:8]}"
    page.fill("#body", word)
    page.get_by_role("button", name="Send", exact=False).first.click()
    page.wait_for_url(f"**/tickets/{ticket['number']}/**")
    assert word in page.inner_text(f"#ticket-{ticket['id']}-timeline")
    page.select_option("#control-priority", "low")
    page.get_by_role("button", name="Set priority").click()
    assert lead.get(f"/tickets/{ticket['id']}/").json["priority"] == "low"
