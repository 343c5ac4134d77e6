"""What a person chose holds in the browser: how high rows are, how often a page follows, what is said."""

import pytest

STATE = "document.querySelector('[data-live-word]').textContent"
CHIP = "document.querySelector('.strip time[data-due]').textContent"
BREACH = """
from datetime import timedelta
from support_management.core.time import now
clock = OrderDisputeSLA.objects.get(ticket={pk}, metric="first_response")
OrderDisputeSLA.objects.filter(pk=clock.pk).update(due_at=now(), next_fire_at=now(), served=timedelta(0),
    started_at=now() - clock.target, since=now() - clock.target)
"""


@pytest.fixture
def desk(embedded):
    return embedded


@pytest.fixture(scope="module")
def spare(embedded):
    """One for all of these: signing in takes longer than what is looked at."""
    return next(embedded.spare_names)


@pytest.fixture(autouse=True)
def live_again(spare, visitor_of):
    yield
    visitor_of(spare).post("/updates/", updates="live")


@pytest.fixture
def mine(spare, program_of, lead):
    """A ticket of the spare agent."""
    ticket = lead.new_ticket(priority="urgent")
    program_of(spare).post(f"/tickets/{ticket['id']}/claim/")
    return ticket


def choose(screen, word: str) -> None:
    screen.page.click("button[data-live-state]")
    screen.page.click(f"#updates button[value='{word}']")


def test_rows_are_as_high_as_chosen_from_the_first_paint(screens, spare, lead):
    lead.new_ticket()
    screen = screens.of(spare)
    page = screens.of(spare, java_script_enabled=False).page
    heights = {}
    for density in ("compact", "comfortable", "default"):
        screen.page.goto(f"{screen.url}/preferences/")
        screen.page.get_by_role("radio", name=density.title()).check(force=True)
        screen.page.get_by_role("button", name="Save preferences").click()
        screen.shows("Preferences saved.", where="#toasts")
        page.goto(f"{screen.url}/queue/")
        for width in (1440, 700, 390):
            page.set_viewport_size({"width": width, "height": 900})
            row = page.locator("#queue-unassigned-list > tr").first
            heights.setdefault(density, set()).add(row.bounding_box()["height"])
    assert heights == {"compact": {36}, "comfortable": {56}, "default": {44}}


def test_by_hand_nothing_moves_until_refresh_except_what_i_did_myself(screens, spare, mine, lead):
    screen = screens.of(spare).open(f"/tickets/{mine['number']}/")
    choose(screen, "manual")
    screen.wait_until(f"{STATE} === 'Manual'")
    screen.shows("Updates when you press Refresh.", where="#say")
    before = screen.page.inner_text(".ticket-head")
    lead.post(f"/tickets/{mine['id']}/priority/", {"priority": "low"})
    screen.wait_until(f"{STATE} === 'Manual · 1 change'")
    assert screen.page.inner_text(".ticket-head") == before
    screen.page.click("[data-live-refresh]")
    screen.shows("Low", where=".ticket-head .meta")
    screen.wait_until(f"{STATE} === 'Manual'")
    screen.page.fill("#control-tags", "mine-alone")
    screen.page.get_by_role("button", name="Set tags").click()
    screen.shows("mine-alone", where=".ticket-head")
    assert screen.page.evaluate("document.body.hasAttribute('data-stepped')")


def test_the_choice_holds_in_my_other_window_and_lets_go_at_once(screens, spare, mine, lead):
    screen = screens.of(spare).open(f"/tickets/{mine['number']}/")
    other = type(screen)(screen.page.context.new_page(), screen.url).open("/queue/")
    choose(screen, "60s")
    other.wait_until(f"{STATE} === 'Every 60 s'")
    lead.post(f"/tickets/{mine['id']}/note/", {"body": "Seen after sixty seconds"})
    choose(other, "live")
    screen.wait_until(f"{STATE} === 'Live'")
    screen.shows("Seen after sixty seconds", where="[data-timeline]")
    screen.equals_a_reload()


def test_every_ten_seconds_order_and_tickers_stand_still_in_between_and_pause_wins(screens, spare, mine, lead):
    screen = screens.of(spare, clock=True)
    screen.open(f"/tickets/{mine['number']}/")
    choose(screen, "10s")
    screen.wait_until(f"{STATE} === 'Every 10 s'")
    stood = screen.page.evaluate(CHIP)
    lead.post(f"/tickets/{mine['id']}/note/", {"body": "Shown at the next step"})
    screen.wait_until(f"{STATE} === 'Every 10 s · 1 change'")
    screen.page.clock.fast_forward("00:04")
    assert "Shown at the next step" not in screen.page.inner_text("[data-timeline]")
    screen.page.keyboard.press("Shift+L")
    screen.wait_until("document.body.dataset.liveState === 'paused'")
    screen.page.clock.fast_forward("00:11")
    assert "Shown at the next step" not in screen.page.inner_text("[data-timeline]")
    assert screen.page.evaluate(CHIP) == stood
    screen.page.keyboard.press("Shift+L")
    screen.shows("Shown at the next step", where="[data-timeline]")
    screen.page.clock.fast_forward("00:11")  # whatever the note brought with it later
    screen.wait_until(f"{STATE} === 'Every 10 s'")
    lead.post(f"/tickets/{mine['id']}/note/", {"body": "Shown ten seconds later"})
    screen.wait_until(f"{STATE} === 'Every 10 s · 1 change'")
    screen.page.clock.fast_forward("00:11")
    screen.shows("Shown ten seconds later", where="[data-timeline]")


def test_the_clocks_stay_open_and_live_through_a_storm(screens, spare, mine, lead, desk):
    screen = screens.of(spare).open(f"/tickets/{mine['number']}/")
    opener = screen.page.get_by_role("button", name="SLA details")
    opener.focus()
    screen.page.keyboard.press("Enter")
    clocks = screen.page.locator(f"#clocks-ticket-{mine['id']}")
    assert "First response" in clocks.inner_text()
    for priority in ("high", "normal", "low"):
        lead.post(f"/tickets/{mine['id']}/priority/", {"priority": priority})
    desk.shell(BREACH.format(pk=mine["id"]))
    screen.wait_until(f"document.querySelector('#clocks-ticket-{mine['id']}').innerText.includes('Breached')")
    assert clocks.evaluate("(found) => found.matches(':popover-open')")
    assert opener.evaluate("(found) => found === document.activeElement")
    screen.page.keyboard.press("Escape")
    assert not clocks.evaluate("(found) => found.matches(':popover-open')")
    assert opener.evaluate("(found) => found === document.activeElement")
    screen.equals_a_reload()


def test_my_missed_deadline_is_said_once_and_a_colleagues_never(screens, spares, spare, mine, lead, program_of, desk):
    colleague = next(spares)
    theirs = lead.new_ticket(priority="urgent")
    program_of(colleague).post(f"/tickets/{theirs['id']}/claim/")
    said = (
        "window.heard = []; new MutationObserver(() => window.heard.push(document.getElementById('say').textContent))"
    )
    said += ".observe(document.getElementById('say'), {childList: true, characterData: true, subtree: true})"
    windows = [screens.of(name, clock=True) for name in (spare, "lead")]
    for screen in windows:
        screen.open("/queue/").page.evaluate(said)
    desk.shell("".join(BREACH.format(pk=ticket["id"]) for ticket in (mine, theirs)))
    row = "document.querySelector('[id$=-ticket-{pk}] .sla').dataset.state === 'breached'"
    for screen, ticket in zip(windows, (mine, theirs), strict=True):
        screen.wait_until(row.format(pk=ticket["id"]))
        screen.page.clock.fast_forward("00:11")
    windows[0].wait_until("window.heard.includes('1 ticket breached')")
    for screen in windows:
        screen.page.clock.fast_forward("00:11")
    assert windows[0].page.evaluate("window.heard.filter(Boolean)") == ["1 ticket breached"]
    assert windows[1].page.evaluate("window.heard.filter(Boolean)") == []


def test_the_title_counts_along(screens, spare, lead):
    screen = screens.of(spare).open("/queue/")
    count = "Number(/^\\((\\d+)\\) Queue/.exec(document.title)?.[1] ?? 0)"  # an empty list has no number
    before = screen.page.evaluate(count)
    lead.new_ticket()
    screen.wait_until(f"(before) => {count} === before + 1", before)
