"""What an owner sees when their work goes, comes back, or is answered: told at once, nothing typed is lost."""

import pytest

from tests.servers import wait_for

MODE = "document.querySelector('.composer form').dataset.mode"
WRITTEN = "The parcel is in Lyon."


@pytest.fixture
def desk(embedded):
    return embedded


@pytest.fixture
def owned(lead, spares, program_of):
    """An agent and a ticket of theirs: (user name, their key, the ticket)."""
    name = next(spares)
    row = lead.new_ticket(priority="urgent")
    claimed = program_of(name).post(f"/tickets/{row['id']}/claim/").json
    return name, claimed["assignee"]["id"], row


def give(lead, row, key) -> None:
    assert lead.post(f"/tickets/{row['id']}/assign/", {"assignee": key, "reason": "I call them"}).status == 200


def test_who_loses_a_ticket_in_mid_sentence_is_told_and_hands_the_text_over(screens, owned, lead, program_of, spares):
    name, key, row = owned
    screen, told = screens.of(name), []
    screen.page.on("websocket", lambda socket: socket.on("framesent", lambda payload: told.append(payload)))
    screen.open(f"/tickets/{row['number']}/")
    screen.page.fill("#body", WRITTEN)
    attending = f'{{"attending":{{"ticket.{row["id"]}":true}}}}'
    other = program_of(next(spares))
    mine = other.post(f"/tickets/{lead.new_ticket()['id']}/claim/").json["assignee"]
    wait_for(lambda: screen.page.title() and attending in told, within=15, what=lambda: f"{attending} in {told}")
    give(lead, row, mine["id"])
    screen.shows("was reassigned to", where="#toasts")
    screen.wait_until(f"{MODE} === 'note'")
    assert screen.page.input_value("#body") == WRITTEN
    assert screen.page.is_disabled("#kind-reply")
    give(lead, row, key)
    screen.wait_until(f"{MODE} === 'reply'")
    give(lead, row, mine["id"])
    screen.wait_until(f"{MODE} === 'note'")
    screen.page.press("#body", "Control+Enter")
    screen.shows("Send again to save this as an internal note", where="#toasts")
    assert screen.page.input_value("#body") == WRITTEN
    screen.page.press("#body", "Control+Enter")
    screen.shows("Note saved.", where="#say")
    assert screen.page.input_value("#body") == ""
    screen.shows(WRITTEN, where=f"#ticket-{row['id']}-timeline .msg-note")


def test_who_writes_in_a_ticket_that_a_colleague_takes_is_told(screens, spare, lead, program_of, spares):
    row = lead.new_ticket()
    screen = screens.of(spare).open(f"/tickets/{row['number']}/")
    screen.page.fill("#body", WRITTEN)
    program_of(next(spares)).post(f"/tickets/{row['id']}/claim/")
    screen.shows("What you wrote is kept; you can save it as a note.", where="#toasts")
    assert screen.page.input_value("#body") == WRITTEN


def test_an_answer_marks_the_ticket_until_it_is_opened(screens, owned, lead):
    name, _, row = owned
    screen = screens.of(name).open("/queue/")
    lead.post(f"/tickets/{row['id']}/note/", {"body": "They called again."})
    screen.wait_until("(id) => document.getElementById(id)?.matches('.is-unread')", f"queue-mine-ticket-{row['id']}")
    assert screen.page.title().startswith("● ")
    screen.open(f"/tickets/{row['number']}/")
    screen.wait_until("document.querySelector('.bell').dataset.unread === ''")
    screen.wait_until("!document.title.startsWith('● ')")


def test_a_hand_over_after_an_own_note_needs_only_its_reason(screens, owned):
    name, _, row = owned
    screen = screens.of(name).open(f"/tickets/{row['number']}/")
    page = screen.page
    page.select_option("#control-assignee", label="Ana Keller")
    page.locator("label.kind-reply + label").click()
    page.fill("#body", WRITTEN)
    page.locator(".composer button[type=submit]").first.click()
    screen.shows("Note saved.", where="#say")
    page.get_by_role("button", name="Set assignee").click()
    screen.wait_until("document.activeElement.id === 'control-reason'")
    page.keyboard.type("Off for today")
    page.keyboard.press("Enter")
    screen.shows("assigned to Ana Keller", where="#say")
