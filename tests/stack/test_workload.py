"""The workload board under a lead's hands, by keyboard alone."""

import pytest


@pytest.fixture
def desk(embedded):
    return embedded


def test_lea_moves_work_and_takes_it_back_by_keyboard_alone(screens, lead, spare, program_of):
    ticket = lead.new_ticket(priority="urgent")
    owner = program_of(spare).post(f"/tickets/{ticket['id']}/claim/").json["assignee"]["id"]
    screen = screens.of("lead").open("/workload/")
    keyboard, row = screen.page.keyboard, f"#workload-ticket-{ticket['id']}"
    screen.page.locator(f"#workload-agent-{owner} th a").focus()
    keyboard.press("Enter")
    screen.wait_until("(row) => document.querySelector(row)", row)
    assert f"open={owner}" in screen.page.url
    keyboard.press("j")
    screen.wait_until("(row) => document.querySelector(row).contains(document.activeElement)", row)
    keyboard.press("m")
    screen.wait_until("document.querySelector('#sheet').matches(':popover-open')")
    screen.wait_until("document.querySelector('#sheet').contains(document.activeElement)")
    keyboard.press("Enter")
    screen.wait_until("document.querySelector('.toast-act')")
    screen.wait_until("(row) => document.querySelector(row)?.matches('.is-gone') ?? true", row)
    assert lead.get(f"/tickets/{ticket['id']}/").json["assignee"]["id"] != owner
    keyboard.press("z")
    screen.shows("Undone.", where="#say")
    screen.wait_until("(row) => document.querySelector(row)?.matches(':not(.is-gone)')", row)
    assert lead.get(f"/tickets/{ticket['id']}/").json["assignee"]["id"] == owner
