"""Calm under change: what a person holds, looks at or points at stays where it is while everything else moves."""

import uuid

import pytest

from tests.servers import wait_for

CARET = """() => {
  const field = document.activeElement;
  return [field.id, field.value, field.selectionStart, field.selectionEnd];
}"""
PLACE = """(id) => {
  const row = document.getElementById(id);
  return row && Math.round(row.getBoundingClientRect().top);
}"""
FIRST_SEEN = """() => {
  const list = document.getElementById("queue-unassigned-list");
  const box = list.closest(".lane").getBoundingClientRect();
  return [...list.children].find((row) => row.getBoundingClientRect().bottom > Math.max(0, box.top)).id;
}"""
ROWS = "#queue-unassigned-list > tr"


@pytest.fixture
def desk(embedded):
    return embedded


@pytest.fixture(scope="module", autouse=True)
def short_list(embedded):
    """What earlier tests left behind would push new work out of the part that a page shows."""
    left = "Ticket.objects.filter(is_open=True, assignee=None, subject__startswith='Where is my order')"
    embedded.shell(f"{left}.update(status='closed')")


@pytest.fixture
def ticket(lead):
    return lead.new_ticket(priority="low")


def stir(lead, ticket) -> str:
    """Change all that a ticket's page shows; returns the last words."""
    word = f"The last word {uuid.uuid4().hex[:8]}"
    for priority in ("high", "urgent", "normal"):
        lead.post(f"/tickets/{ticket['id']}/priority/", {"priority": priority})
        lead.post(f"/tickets/{ticket['id']}/note/", {"body": f"Set to {priority}"})
    lead.post(f"/tickets/{ticket['id']}/status/", {"status": "on_hold"})
    lead.post(f"/tickets/{ticket['id']}/note/", {"body": word})
    return word


def fill(lead, count: int, priority: str) -> list[dict]:
    return [lead.new_ticket(priority=priority) for _ in range(count)]


@pytest.mark.parametrize("field", ["body", "control-tags"])
def test_typed_text_caret_and_selection_survive_a_storm(screens, spare, lead, ticket, field):
    screen = screens.of(spare).open(f"/tickets/{ticket['number']}/")
    screen.page.click(f"#{field}")
    screen.page.keyboard.type("words in the making")
    screen.page.evaluate("document.activeElement.setSelectionRange(3, 9)")
    before = screen.page.evaluate(CARET)
    screen.shows(stir(lead, ticket))
    screen.shows("On hold", where=f"#ticket-{ticket['id']}-header")
    assert screen.page.evaluate(CARET) == before == [field, "words in the making", 3, 9]
    screen.page.keyboard.type("!")
    assert screen.page.input_value(f"#{field}") == "wor!the making"


def test_a_tag_that_was_saved_stays_in_the_field_for_the_next_one(screens, spare, lead, ticket):
    screen = screens.of(spare).open(f"/tickets/{ticket['number']}/")
    for keys, tags in (("first", ["first"]), (", second", ["first", "second"])):
        screen.page.press("#control-tags", "End")
        screen.page.keyboard.type(keys)
        with screen.page.expect_response("**/tags/"):
            screen.page.keyboard.press("Enter")
        wait_for(
            lambda tags=tags: lead.get(f"/tickets/{ticket['id']}/").json["tags"] == tags, within=10, what=str(tags)
        )
        screen.wait_until(f"document.getElementById('control-tags').value === '{', '.join(tags)}'")


def test_marked_text_stays_marked(screens, spare, lead, ticket):
    screen = screens.of(spare).open(f"/tickets/{ticket['number']}/")
    mark = """() => {
      const message = document.querySelector("[id^=ticket-message-]");
      getSelection().selectAllChildren(message.querySelector("p") ?? message);
      return String(getSelection());
    }"""
    marked = screen.page.evaluate(mark)
    assert marked
    screen.shows(stir(lead, ticket))
    assert screen.page.evaluate("String(getSelection())") == marked


def test_no_row_moves_under_the_pointer(screens, spare, lead):
    fill(lead, 4, "normal")
    screen = screens.of(spare).open("/queue/")
    row = screen.page.locator(ROWS).nth(3)
    row.hover()
    held = row.get_attribute("id")
    top = screen.page.evaluate(PLACE, held)
    new = fill(lead, 5, "urgent")
    screen.wait_until("document.querySelector('[data-pending]:not([hidden])')?.textContent.includes('5 new')")
    assert screen.page.evaluate(PLACE, held) == top
    assert row.get_attribute("id") == held
    assert not screen.page.locator(f"#queue-unassigned-ticket-{new[-1]['id']}").count()
    # Two seconds after attention has left, everything is applied.
    screen.page.mouse.move(1, 1)
    screen.page.wait_for_selector(f"#queue-unassigned-ticket-{new[-1]['id']}", state="attached", timeout=6000)
    screen.equals_a_reload()


def test_values_change_in_place_while_the_order_is_frozen(screens, spare, lead):
    ticket = lead.new_ticket(priority="urgent")
    screen = screens.of(spare).open("/queue/")
    row = screen.page.locator(f"#queue-unassigned-ticket-{ticket['id']}")
    row.hover()
    top = screen.page.evaluate(PLACE, f"queue-unassigned-ticket-{ticket['id']}")
    lead.post(f"/tickets/{ticket['id']}/priority/", {"priority": "low"})
    row.get_by_text("Low priority").wait_for(state="attached")
    assert screen.page.evaluate(PLACE, f"queue-unassigned-ticket-{ticket['id']}") == top


def test_the_list_scrolled_to_stays_and_a_key_applies_what_waits(screens, spare, lead):
    fill(lead, 12, "normal")
    screen = screens.of(spare, viewport={"width": 1440, "height": 700}).open("/queue/")
    screen.page.locator(ROWS).nth(11).evaluate("(row) => row.scrollIntoView({block: 'start'})")
    held = screen.page.evaluate(FIRST_SEEN)
    top = screen.page.evaluate(PLACE, held)
    new = fill(lead, 3, "urgent")
    screen.wait_until("document.querySelector('[data-pending]:not([hidden])')?.textContent.includes('3 new')")
    assert screen.page.evaluate(PLACE, held) == top
    screen.page.keyboard.press(".")
    screen.page.wait_for_selector(f"#queue-unassigned-ticket-{new[-1]['id']}", state="attached")
    assert abs(screen.page.evaluate(PLACE, held) - top) <= 1, "what the eye rests on stays"


def test_a_row_that_goes_leaves_the_focus_in_the_list(screens, spares, lead, program_of):
    mine, other = next(spares), program_of(next(spares))
    tickets = fill(lead, 3, "urgent")
    screen = screens.of(mine).open("/queue/")
    screen.page.focus(f"#queue-unassigned-ticket-{tickets[1]['id']} a")
    other.post(f"/tickets/{tickets[1]['id']}/claim/")
    screen.wait_until(
        "(id) => document.getElementById(id)?.classList.contains('is-gone') ?? true",
        f"queue-unassigned-ticket-{tickets[1]['id']}",
    )
    screen.page.keyboard.press(".")
    screen.page.wait_for_selector(f"#queue-unassigned-ticket-{tickets[1]['id']}", state="detached")
    assert screen.page.evaluate("document.activeElement.closest('#queue-unassigned-list') !== null")


def test_a_paused_page_stays_still_and_then_catches_up(screens, spare, lead):
    screen = screens.of(spare).open("/queue/")
    screen.page.keyboard.press("Shift+L")
    screen.wait_until("document.body.dataset.paused !== undefined")
    before = screen.page.inner_text(".board")
    new = fill(lead, 4, "urgent")
    screen.wait_until("/Paused .* [1-9]/.test(document.body.dataset.pausedText)")
    assert screen.page.inner_text(".board") == before
    screen.page.keyboard.press("Shift+L")
    screen.page.wait_for_selector(f"#queue-unassigned-ticket-{new[-1]['id']}", state="attached")
    screen.equals_a_reload()


def test_an_open_dialog_is_not_closed_by_news(screens, lead, ticket):
    screen = screens.of("lead").open("/queue/")
    screen.page.keyboard.press("?")
    screen.wait_until("document.getElementById('keys').open")
    new = fill(lead, 2, "urgent")
    screen.page.wait_for_selector(f"[id$='-ticket-{new[-1]['id']}']", state="attached")
    assert screen.page.evaluate("document.getElementById('keys').open")
    screen.page.keyboard.press("Escape")
    screen.wait_until("!document.getElementById('keys').open")
