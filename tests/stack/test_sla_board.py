"""The SLA board under a lead's hands: ten lines by keyboard, and deadlines that move while somebody looks."""

import pytest

MOVED = "(id) => document.getElementById(id).querySelector('time[data-due]').dataset.due"

CHIP = "#ticket-{}-header .strip time"


@pytest.fixture
def desk(embedded):
    return embedded


def test_lea_extends_ten_deadlines_by_keyboard_alone(screens, lead, spare, program_of):
    tickets = [lead.new_ticket(priority="urgent") for _ in range(10)]
    for ticket in tickets:
        owner = program_of(spare).post(f"/tickets/{ticket['id']}/claim/").json["assignee"]["id"]
    screen = screens.of("lead").open(f"/sla/?kind=ticket&metric=resolution&owner={owner}")
    rows = [f"sla-ticket-{ticket['id']}-resolution" for ticket in tickets]
    screen.page.locator(f"#{rows[0]} th a").focus()
    keyboard = screen.page.keyboard
    for _ in range(10):
        keyboard.press("x")
        keyboard.press("j")
    screen.wait_until("document.querySelector('[data-mass-count]').textContent === '10 selected'")
    assert all(screen.page.locator(f"#{row} input").is_checked() for row in rows)
    before = [screen.page.evaluate(MOVED, row) for row in rows]
    keyboard.press("e")
    screen.wait_until("document.activeElement.id === 'sla-do-minutes'")
    keyboard.type("90")
    keyboard.press("Tab")
    keyboard.type("The bank is closed")
    keyboard.press("Enter")
    screen.shows("extended by 90 min.", where="#results")
    screen.shows("10 updated.", where="#say")
    assert screen.page.locator(".row-pick input:checked").count() == 0
    # The deadlines on the screen are the new ones, in place, without a reload.
    screen.wait_until(
        "([ids, before]) => ids.every((id, at) => "
        "Math.round(document.getElementById(id).querySelector('time[data-due]').dataset.due - before[at]) === 5400)",
        [rows, before],
    )
    assert not screen.violations()


def test_a_countdown_follows_a_deadline_that_moved(screens, lead):
    ticket = lead.new_ticket(priority="urgent")
    screen = screens.of("lead").open(f"/tickets/{ticket['number']}/")
    assert screen.page.locator(CHIP.format(ticket["id"])).first.inner_text() in ("29m", "30m")
    clocks = lead.get(f"/sla/clocks/?kind=ticket&object_id={ticket['id']}").json["results"]
    first = next(clock for clock in clocks if clock["metric"] == "first_response")
    lead.post(f"/sla/clocks/{first['id']}/extend/", {"minutes": 120, "reason": "Storm"})
    screen.shows("2h 29m", where=f"#ticket-{ticket['id']}-header .strip")


def test_a_browser_whose_clock_is_wrong_counts_by_the_server_s(screens, lead):
    ticket = lead.new_ticket(priority="urgent")
    screen = screens.of("lead", clock="2020-01-01T00:00:00Z")
    screen.page.goto(f"{screen.url}/tickets/{ticket['number']}/")
    screen.page.clock.run_for(2000)
    assert screen.page.locator(CHIP.format(ticket["id"])).first.inner_text() in ("29m", "30m")
