"""The line between browser and desk fails in every way; in the end the screen equals a reload."""

import random
import uuid

import pytest

from tests.servers import wait_for
from tests.stack.failing_proxy import Link
from tests.stack.live_socket import Line

pytestmark = pytest.mark.fault


@pytest.fixture
def link(desk):
    with Link(desk.port) as link:
        yield link


def storm(program, agent, count: int, seed: int) -> dict:
    """So many different changes; returns the last new ticket."""
    chance, tickets = random.Random(seed), []
    for _ in range(count):
        kind = chance.choice(["new", "new", "priority", "note", "claim", "status"])
        if kind == "new" or not tickets:
            tickets.append(program.new_ticket(priority=chance.choice(["low", "normal", "high", "urgent"])))
            continue
        path = f"/tickets/{chance.choice(tickets)['id']}/{kind}/"
        facts = {
            "priority": {"priority": chance.choice(["low", "normal", "high", "urgent"])},
            "note": {"body": f"Looked at it {uuid.uuid4().hex[:6]}"},
            "claim": {},
            "status": {"status": chance.choice(["open", "pending", "on_hold"])},
        }[kind]
        agent.post(path, facts)
    return tickets[-1]


def test_a_cut_line_comes_back_by_itself(screens, link, lead, program_of, spare, runs):
    screen = screens.of(spare, url=link.url).open("/queue/")
    for run in range(runs):
        link.cut(refuse=True)
        screen.wait_until("document.body.dataset.liveState !== 'live'", within=5)
        storm(lead, program_of(spare), 12, seed=run)
        link.restore()
        screen.wait_until_live()
        screen.equals_a_reload()
    assert screen.violations() == []


def test_what_happens_between_page_and_socket_is_not_missed(desk, visitor_of, lead, spare):
    made = []
    with Line(visitor_of(spare), "/queue/", meanwhile=lambda: made.append(lead.new_ticket(priority="urgent"))) as line:
        line.wait_for(made[0]["subject"])


class TestSilence:
    """A line that is open and says nothing. The browser alone notices, so one mode is enough."""

    @pytest.fixture
    def desk(self, embedded):
        return embedded

    def test_is_noticed_and_replaced(self, screens, link, lead, program_of, spare):
        screen = screens.of(spare, url=link.url, clock=True)
        screen.open("/queue/")
        link.go_silent()
        storm(lead, program_of(spare), 8, seed=1)
        screen.page.clock.fast_forward(13_000)
        screen.wait_until("document.body.dataset.liveState === 'stale'")
        screen.page.clock.fast_forward(8_000)
        screen.wait_until("!['live', 'stale'].includes(document.body.dataset.liveState)")
        link.restore()
        link.cut()
        screen.wait_until_live()
        screen.equals_a_reload()


class TestTheLastWord:
    """A change that is lost on the way, and nothing after it: only the heartbeat can tell."""

    @pytest.fixture
    def desk(self, brittle_served):
        return brittle_served

    def test_is_asked_for_again(self, screens, link, lead, spare):
        screen = screens.of(spare, url=link.url).open("/queue/")
        link.lose()
        ticket = lead.new_ticket(priority="urgent")
        wait_for(lambda: link.mangled, within=10, what="the frame was lost")
        link.restore()
        screen.shows(ticket["subject"], within=20)
        screen.equals_a_reload()


@pytest.mark.parametrize("seed", [11, 12])
def test_dropped_doubled_and_shuffled_frames_end_in_the_same_page(screens, link, lead, program_of, spare, runs, seed):
    screen = screens.of(spare, url=link.url).open("/queue/")
    for run in range(runs):
        link.mangle(seed + 100 * run)
        before = link.mangled
        wait_for(
            lambda run=run, before=before: storm(lead, program_of(spare), 10, seed + run) and link.mangled > before + 2,
            within=60,
            what="frames were mangled",
        )
        link.restore()
        screen.equals_a_reload(within=15)
