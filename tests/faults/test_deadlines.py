"""F6, F9, F10: who sweeps dies in the middle of it, or is away; each threshold still fires once."""

import json
from pathlib import Path

import pytest

from tests.servers import wait_for

pytestmark = pytest.mark.fault
PROMISED = 3
MAKE_LATE = """
from datetime import timedelta
from tests.factories import make_old
for ticket in Ticket.objects.filter(pk__in={pks}):
    make_old(ticket, by=timedelta(hours=5))
"""
FIRED = """
import json
lines = SLAEvent.objects.filter(clock__ticket__in={pks}, kind__in=["warned", "at_risk", "breached"])
told = DomainEvent.objects.filter(kind="ClockReached", payload__ticket_id__in={pks}, payload__first=True)
print(json.dumps([lines.count(), told.count()]))
"""
WAITING = """
print(OrderDisputeSLA.objects.filter(ticket__in={pks}, is_open=True, stage__in=["on_track", "due_soon", "at_risk"],
                                     metric="first_response").count())
"""


@pytest.fixture
def desk(brittle):
    return brittle


@pytest.fixture
def tickets(lead) -> list[int]:
    return [lead.new_ticket()["id"] for _ in range(4)]


def fired(desk, pks: list[int]) -> list:
    return json.loads(desk.shell(FIRED.format(pks=pks)))


def all_breached(desk, pks: list[int]) -> bool:
    return desk.shell(WAITING.format(pks=pks)).strip() == "0"


def test_a_sweep_that_is_killed_half_way_is_done_once_by_the_next(desk, tickets):
    trap = Path(desk.folder) / "trap-fired"
    trap.touch()
    desk.shell(MAKE_LATE.format(pks=tickets))
    wait_for(lambda: not trap.exists(), within=15, what="somebody swept and fell into the trap")
    desk.wait_until_ready()  # the first visitor wakes a web process, and with it its own look at the clocks
    wait_for(lambda: all_breached(desk, tickets), within=20, what="another sweep did it", every=0.5)
    number = len(tickets) * PROMISED
    assert fired(desk, tickets) == [number, number]


def test_worker_and_beat_gone_the_web_process_keeps_the_deadlines(desk, tickets):
    desk.kill("beat")
    desk.kill("worker")
    desk.shell(MAKE_LATE.format(pks=tickets))
    wait_for(lambda: all_breached(desk, tickets), within=20, what="the web process swept", every=0.5)
    number = len(tickets) * PROMISED
    assert fired(desk, tickets) == [number, number]
    desk.wait_until_ready()
