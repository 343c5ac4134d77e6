"""F32 and F37: a laptop sleeps for longer than events are kept. Awake again it is current, and the draft is there."""

import os
import signal
from contextlib import suppress

import psutil
import pytest

from tests.faults.test_connection_failures import storm
from tests.faults.test_processes import insist
from tests.stack.failing_proxy import Link

pytestmark = pytest.mark.fault
FORGET = """
from datetime import timedelta
from support_management.events import positions, retention
retention.drop_older_than(timedelta(0))
print(positions.tail_start())
"""
REFETCHES = """() => {
  document.body.dataset.refetches = 0;
  document.body.addEventListener("live:refetched", () => document.body.dataset.refetches++);
}"""


@pytest.fixture
def desk(brittle):
    return brittle


@pytest.fixture
def link(desk):
    with Link(desk.port) as link:
        yield link


@pytest.fixture
def laptop(screens):
    """All processes of this session's browser. They are awake when the test is over."""
    children = {process.pid for process in psutil.Process().children(recursive=True)}
    running = psutil.process_iter(["name"])  # leaves out one that ends meanwhile
    mine = [process for process in running if process.pid in children]
    pids = [process.pid for process in mine if process.info["name"].startswith(("chrom", "google-chrome"))]
    assert pids
    yield pids
    tell(pids, signal.SIGCONT)


def tell(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def test_who_slept_longer_than_events_are_kept_wakes_up_to_the_present(
    desk, screens, link, laptop, lead, program_of, spare
):
    queue = screens.of(spare, url=link.url).open("/queue/")
    ticket = lead.new_ticket(priority="urgent")
    mine = screens.of(spare, url=link.url).open(f"/tickets/{ticket['number']}/")
    queue.shows(ticket["subject"])
    mine.page.fill("#body", "Half a reply")
    for screen in (queue, mine):
        screen.page.evaluate(REFETCHES)
    seen = int(queue.page.evaluate("document.body.dataset.appliedPos ?? document.body.dataset.pos"))

    tell(laptop, signal.SIGSTOP)
    link.cut(refuse=True)
    last = storm(lead, program_of(spare), 20, seed=8)
    lead.post(f"/tickets/{ticket['id']}/note/", {"body": "Said in the night"})
    assert int(desk.shell(FORGET)) > seen
    desk.kill("web")  # what it remembers of them goes with it
    insist(lead.get, "/tickets/?limit=1")
    link.restore()
    tell(laptop, signal.SIGCONT)

    mine.shows("Said in the night", within=20)
    queue.shows(last["subject"], within=20)
    for screen in (queue, mine):
        screen.wait_until_live()
        screen.wait_until("document.body.dataset.refetches > 0")
        screen.equals_a_reload(within=15)
    assert mine.page.input_value("#body") == "Half a reply"
    assert [*queue.violations(), *mine.violations()] == []
