"""F1 and F2: the web process dies at a chosen moment of a reply. Half a reply is never there, a whole one once."""

import contextlib
import sqlite3
import uuid
from pathlib import Path

import psycopg
import pytest

from tests.faults.test_processes import insist
from tests.stack.desk import Desk

pytestmark = pytest.mark.fault
STORED = """
SELECT (SELECT COUNT(*) FROM support_management_ticketmessage WHERE ticket_id = {ticket} AND kind = 'reply'),
       (SELECT COUNT(*) FROM support_management_domainevent
         WHERE kind = 'TicketReplied' AND CAST(payload ->> 'ticket_id' AS INTEGER) = {ticket})
"""


@pytest.fixture
def desk(brittle):
    return brittle


@pytest.fixture
def ticket(desk, lead, program_of, spare) -> dict:
    """Taken by the agent who will answer it."""
    made = lead.new_ticket()
    assert program_of(spare).post(f"/tickets/{made['id']}/claim/").status == 200
    return made


@pytest.fixture
def trap(desk):
    def lay(moment: str) -> Path:
        file = Path(desk.folder) / f"trap-{moment}"
        file.touch()
        return file

    return lay


def stored(desk: Desk, ticket: dict) -> tuple[int, int]:
    """Replies of the ticket and their events, straight from the store."""
    question = STORED.format(ticket=ticket["id"])
    if address := desk.settings.get("DATABASE_URL"):
        with psycopg.connect(address) as line:
            return line.execute(question).fetchone()
    with contextlib.closing(sqlite3.connect(desk.folder / "desk.sqlite3")) as line:
        return line.execute(question).fetchone()


@pytest.mark.parametrize(("moment", "left"), [("written", 0), ("published", 0), ("committed", 1)])
def test_a_reply_is_there_whole_or_not_at_all_and_with_its_key_once(
    desk, ticket, program_of, spare, trap, moment, left
):
    agent, path, key = program_of(spare), f"/tickets/{ticket['id']}/reply/", str(uuid.uuid4())
    body = {"body": f"Through the {moment} trap"}
    laid = trap(moment)
    with pytest.raises(OSError):  # noqa: PT011  (whatever a dead server looks like)
        agent.post(path, body, key=key)
    assert not laid.exists()
    assert stored(desk, ticket) == (left, left)
    assert insist(agent.post, path, body, key=key).status == 200
    assert stored(desk, ticket) == (1, 1)


LOST = [("committed", "Retrying"), ("unanswered", "It is not known whether this was saved")]
"""The process dies with the answer; the database stores the reply, and its answer is lost."""


@pytest.mark.parametrize(("moment", "told"), LOST)
def test_an_agent_whose_answer_never_came_keeps_the_text_and_sends_one_reply(
    desk, ticket, screens, spare, lead, trap, moment, told
):
    screen = screens.of(spare).open(f"/tickets/{ticket['number']}/")
    words = f"Written while the house fell down {uuid.uuid4().hex[:8]}"
    laid = trap(moment)
    screen.page.fill("#body", words)
    screen.page.press("#body", "Control+Enter")
    screen.shows(told, where="#say")
    assert screen.page.input_value("#body") == words
    assert not laid.exists()
    assert stored(desk, ticket) == (1, 1)
    screen.wait_until("document.getElementById('body').value === ''", within=30)
    screen.shows(words, where=f"#ticket-{ticket['id']}-timeline")
    assert stored(desk, ticket) == (1, 1)
    screen.wait_until_live()
    screen.equals_a_reload()
    said = insist(lead.get, f"/tickets/{ticket['id']}/messages/").json["results"]
    assert [words in one["body"] for one in said].count(True) == 1
