"""F13 and F15: a Redis that is not there at the start, and one that takes a call and never answers."""

import re
import signal
import time
from collections import Counter

import pytest

from console.repeats import unvaried
from tests.servers import wait_for
from tests.stack.desk import PASSWORD
from tests.stack.http_clients import Answer, Visitor

pytestmark = pytest.mark.fault
PATIENCE_SECONDS = 5
"""Who waited for a silent Redis would wait for ever; a machine busy with other tests takes seconds to sign in."""
POLLED_SECONDS = 5
AGAIN_SECONDS = 60
LOGGED = re.compile(r"\w+ *\| \d{4}-")
REPEATED = 3
"""One in full and one a minute, and another of a process that is started again. Unfolded, there is one a second."""


@pytest.fixture
def desk(brittle_served):
    return brittle_served


def promptly(call, *args, **facts) -> Answer:
    """The answer, which nobody had to wait for."""
    began = time.monotonic()
    answer = call(*args, **facts)
    assert time.monotonic() - began < PATIENCE_SECONDS, answer
    return answer


def a_day_at_the_desk(desk, screens, lead, agent, spare) -> None:
    """Sign in, look around, take and answer work; another screen follows. The log does not repeat itself."""
    before = len(desk.output.read_text(errors="replace"))
    screen = screens.of(spare).open("/queue/")
    visitor = promptly(Visitor(desk.url).sign_in, spare, PASSWORD)
    for page in ("/queue/", "/disputes/", "/dashboard/"):
        assert promptly(visitor.get, page).status == 200
    ticket = promptly(lead.new_ticket, priority="urgent")
    screen.shows(ticket["subject"], POLLED_SECONDS)
    for path, body in (("claim", {}), ("reply", {"body": "On it"}), ("status", {"status": "resolved"})):
        assert promptly(agent.post, f"/tickets/{ticket['id']}/{path}/", body).status == 200
    screen.lacks(ticket["subject"], POLLED_SECONDS)
    screen.equals_a_reload()
    assert screen.violations() == []
    lines = desk.output.read_text(errors="replace")[before:].splitlines()
    kinds = Counter(unvaried(line) for line in lines if LOGGED.match(line))
    assert {line: times for line, times in kinds.items() if times > REPEATED} == {}


def wait_until_all_is_well(desk) -> None:
    wait_for(
        lambda: desk.readiness()[1].get("status") == "ok",
        within=AGAIN_SECONDS,
        what=lambda: f"well again: {desk.readiness()}",
        every=0.2,
    )


def test_the_desk_starts_and_works_without_redis_and_uses_it_when_it_comes(
    desk, late_redis, screens, lead, program_of, spare
):
    assert late_redis.process is None
    assert desk.readiness()[1]["status"] == "degraded"
    a_day_at_the_desk(desk, screens, lead, program_of(spare), spare)
    late_redis.start()
    wait_until_all_is_well(desk)
    a_day_at_the_desk(desk, screens, lead, program_of(spare), spare)


@pytest.fixture
def deaf_redis(late_redis):
    """Connections are taken, nothing is ever answered."""
    if late_redis.process is None:
        late_redis.start()
    late_redis.process.send_signal(signal.SIGSTOP)
    yield late_redis
    late_redis.process.send_signal(signal.SIGCONT)


def test_a_redis_that_never_answers_holds_up_nobody(desk, deaf_redis, screens, lead, program_of, spare):
    a_day_at_the_desk(desk, screens, lead, program_of(spare), spare)
    wait_for(lambda: promptly_degraded(desk), within=10, what=lambda: f"degraded: {desk.readiness()}")
    deaf_redis.process.send_signal(signal.SIGCONT)
    wait_until_all_is_well(desk)


def promptly_degraded(desk) -> bool:
    began = time.monotonic()
    status, said = desk.readiness()
    assert time.monotonic() - began < PATIENCE_SECONDS
    return (status, said["status"]) == (200, "degraded")
