"""The power goes while thirty people write: desk, PostgreSQL and Redis at once. What was acknowledged is there, once.

In `make test` once on PostgreSQL and Redis; `make chaos` repeats it RUNS times, embedded as well.
"""

import json
import os
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.conftest import SPARES
from tests.faults.test_processes import head_is_gapless, insist
from tests.servers import wait_for
from tests.stack.desk import UP_SECONDS
from tests.stack.http_clients import Program

pytestmark = pytest.mark.fault
WRITERS, WRITES_BETWEEN = 30, 30
MODES = ["embedded", "served"] if "RUNS" in os.environ else ["served"]
STORED = """
import json
from collections import Counter
bodies = TicketMessage.objects.filter(body__startswith={mark!r}).values_list("body", flat=True)
print(json.dumps(Counter(bodies)))
"""


class Writer:
    """Writes one note after the other, each with its key until it is acknowledged."""

    def __init__(self, program: Program, ticket: int, mark: str, over: threading.Event):
        self.program, self.path, self.mark, self.over = program, f"/tickets/{ticket}/note/", mark, over
        self.acknowledged: list[str] = []

    def run(self) -> None:
        while not self.over.is_set():
            words, key = f"{self.mark} {uuid.uuid4().hex}", str(uuid.uuid4())
            answer = insist(self.program.post, self.path, {"body": words}, key=key, within=2 * UP_SECONDS)
            assert answer.status == 200
            self.acknowledged.append(words)


@pytest.fixture(params=MODES)
def desk(request):
    return request.getfixturevalue(f"brittle_{request.param}")


@pytest.fixture
def stores(request, desk) -> list:
    """The servers that the desk uses."""
    if "DATABASE_URL" not in desk.settings:
        return []
    redis = request.getfixturevalue("late_redis")
    return [request.getfixturevalue("services").postgresql, redis if redis.process else redis.start()]


def test_every_acknowledged_write_is_there_once(desk, stores, lead, program_of, runs):
    mark, over = f"Noted {uuid.uuid4().hex[:8]}", threading.Event()
    tickets = [lead.new_ticket()["id"] for _ in range(WRITERS)]
    agents = [program_of(f"spare{place % (SPARES - 1) + 1}") for place in range(WRITERS)]
    writers = [Writer(agent, ticket, mark, over) for agent, ticket in zip(agents, tickets, strict=True)]

    def acknowledged() -> list[str]:
        return [words for writer in writers for words in writer.acknowledged]

    with ThreadPoolExecutor(WRITERS) as people:
        work = [people.submit(writer.run) for writer in writers]
        try:
            for _ in range(runs):
                enough = len(acknowledged()) + WRITES_BETWEEN
                wait_for(lambda enough=enough: len(acknowledged()) >= enough, within=60, what="people write", every=0.1)
                for part in (desk, *stores):
                    part.lose_power()
                for store in stores:
                    store.start()
                desk.start()
        finally:
            over.set()
    for one in work:
        one.result()
    stored = json.loads(desk.shell(STORED.format(mark=mark)))
    assert stored == dict.fromkeys(acknowledged(), 1)
    head_is_gapless(desk)
