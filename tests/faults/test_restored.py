"""The database goes back to an earlier copy: open pages say so once, show what is there, and stay live.

A file moved over the running embedded desk in `make chaos` only: on a busy machine a page does not always say so
exactly once. The cause is not known yet.
"""

import os
import uuid
from collections.abc import Callable

import pytest

from tests.faults.copies import EmbeddedCopy, ServedCopy
from tests.servers import wait_for
from tests.stack.browser import Screen

pytestmark = pytest.mark.fault
NOTICED_SECONDS = 10
"""Twice what is promised: the machine is busy with the other tests."""
RESTARTED_SECONDS = 20
"""A browser's longest pause between two tries, on a machine that has other work."""
COUNT = """
window.restores = 0;
new MutationObserver((changes) => changes.forEach(({ addedNodes }) => addedNodes.forEach((node) => {
  if (node.textContent.includes("was restored")) window.restores += 1;
}))).observe(document.getElementById("toasts"), { childList: true });
"""


class Pages:
    """A board and a ticket's page, left open in two browsers, at different web processes if there are two."""

    def __init__(self, desk, screens, lead, spare):
        self.desk, self.lead = desk, lead
        self.ticket = lead.new_ticket(priority="urgent")
        self.board = screens.of(spare).open("/queue/")
        self.page = screens.of("lead", url=desk.urls[-1]).open(f"/tickets/{self.ticket['number']}/")
        for screen in self.all:
            screen.page.evaluate(COUNT)

    @property
    def all(self) -> list[Screen]:
        return [self.board, self.page]

    def note(self, within: float = NOTICED_SECONDS) -> str:
        """A new note comes to the open page."""
        words = f"Noted {uuid.uuid4().hex}"
        path = f"/tickets/{self.ticket['id']}/note/"
        wait_for(lambda: self.lead.post(path, {"body": words}).status == 200, within=within, what="a note", every=0.1)
        self.page.shows(words, within)
        return words

    def restored(self, restore: Callable[[], None], *, times: int, within: float = NOTICED_SECONDS) -> None:
        """What is written now is gone after `restore`; this is the restore number `times`."""
        lost, note = self.lead.new_ticket(priority="urgent"), self.note()
        self.board.shows(lost["subject"])
        restore()
        for screen in self.all:
            screen.wait_until("(times) => window.restores === times", times, within=within)
        self.board.lacks(lost["subject"], NOTICED_SECONDS)
        self.page.lacks(note, NOTICED_SECONDS)
        self.note()
        new = self.lead.new_ticket(priority="urgent")
        assert (new["number"] > lost["number"], new["id"] > lost["id"]) == (True, True), "given once"
        self.board.shows(new["subject"], NOTICED_SECONDS)
        for screen in self.all:
            screen.equals_a_reload()
            assert screen.page.evaluate("window.restores") == times
        self.desk.wait_until_ready()


class TestEmbedded:
    @pytest.fixture
    def desk(self, brittle_embedded):
        return brittle_embedded

    def test_a_copy_loaded_while_it_runs_and_one_put_back_before_a_start(self, desk, screens, lead, spare, tmp_path):
        pages = Pages(desk, screens, lead, spare)
        copy = EmbeddedCopy(desk, tmp_path / "copy.sqlite3")
        pages.restored(copy.load_under_the_running_desk, times=1)
        pages.restored(copy.copy_back_and_start, times=2, within=RESTARTED_SECONDS)


class Moved:
    @pytest.fixture
    def desk(self, brittle_embedded):
        return brittle_embedded

    def test_a_copy_moved_over_the_file_of_the_running_desk(self, desk, screens, lead, spare, tmp_path):
        pages = Pages(desk, screens, lead, spare)
        copy = EmbeddedCopy(desk, tmp_path / "copy.sqlite3")
        pages.restored(copy.move_over_the_running_desk, times=1, within=3 * RESTARTED_SECONDS)


if "RUNS" in os.environ:

    class TestMoved(Moved):
        pass


class TestServed:
    """Two web processes."""

    @pytest.fixture
    def desk(self, served):
        return served

    def test_a_database_that_is_replaced_under_the_running_desk_twice(self, desk, services, screens, lead, spare):
        pages = Pages(desk, screens, lead, spare)
        copy = ServedCopy(services.postgresql, "stack")
        for times in (1, 2):
            pages.restored(copy.put_in_place_of_the_database, times=times)
        fresh = screens.of("lead").open("/queue/")
        fresh.shows(lead.new_ticket(priority="urgent")["subject"], NOTICED_SECONDS)
