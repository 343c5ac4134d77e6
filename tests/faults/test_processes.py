"""Processes are killed and stores go away while people work; afterwards every screen equals a reload."""

import json
import threading
import uuid
from functools import partial

import pytest

from tests.faults.test_connection_failures import storm
from tests.servers import wait_for
from tests.stack.http_clients import Answer, Program

pytestmark = pytest.mark.fault
WORKER_SEEN = """
from support_management.core.models import Heartbeat
print(Heartbeat.objects.get(part="worker").at)
"""


def head_is_gapless(desk) -> None:
    """Every event of this history has its position, none missing, none twice."""
    code = (
        "from support_management.events.models import DomainEvent\n"
        "import json\n"
        "placed = DomainEvent.objects.exclude(pos=None).order_by('pos')\n"
        "began = placed.filter(kind='HistoryBegan').last()\n"
        "places = list(placed.filter(pos__gte=began.pos if began else 0).values_list('pos', flat=True))\n"
        "left = DomainEvent.objects.filter(pos=None).count()\n"
        "print(json.dumps([left, places == list(range(places[0], places[0] + len(places)))]))"
    )
    wait_for(lambda: json.loads(desk.shell(code)) == [0, True], within=15, what="positions without a gap")


def insist(call, *args, within: float = 30, **facts) -> Answer:
    """As the composer does: the same request with the same key until somebody answers."""

    def answer():
        try:
            given = call(*args, **facts)
        except OSError:
            return None
        return given if given.status < 500 else None

    return wait_for(answer, within=within, what="an answer", every=0.1)


def test_a_killed_web_process_loses_no_change_and_no_screen(desk, screens, lead, program_of, spare, runs):
    ada, ben = screens.of(spare).open("/queue/"), screens.of("lead", url=desk.urls[-1]).open("/queue/")
    for run in range(runs):
        storm(lead, program_of(spare), 6, seed=run)
        desk.kill("web")
        for screen in (ada, ben):
            insist(lead.get, "/tickets/?limit=1")
            screen.wait_until_live(within=20)
            screen.equals_a_reload(within=15)
    desk.wait_until_ready()
    head_is_gapless(desk)


def test_writes_during_a_kill_happen_once(desk, lead, program_of, spare, runs):
    """F1 and F2: the process dies before, in and after the transaction; who repeats with the key gets one message."""
    agent: Program = program_of(spare)
    ticket = lead.new_ticket()
    assert insist(agent.post, f"/tickets/{ticket['id']}/claim/").status == 200
    for run in range(runs):
        words = [f"Written once {run} {uuid.uuid4().hex}" for _ in range(12)]
        path = f"/tickets/{ticket['id']}/reply/"
        writers = [
            threading.Thread(target=partial(insist, agent.post, path, {"body": word}, key=str(uuid.uuid4())))
            for word in words
        ]
        for place, writer in enumerate(writers):
            writer.start()
            if place == len(writers) // 2:
                desk.kill("web")
        for writer in writers:
            writer.join(60)
        desk.wait_until_ready()
        bodies = [one["body"] for one in every_message(agent, ticket)]
        assert [bodies.count(word) for word in words] == [1] * len(words)
    head_is_gapless(desk)


def every_message(program: Program, ticket: dict) -> list[dict]:
    found, path = [], f"/tickets/{ticket['id']}/messages/"
    while path:
        answer = insist(program.get, path).json
        found += answer["results"]
        path = (answer["next"] or "").partition("/support-management")[2]
    return found


def test_worker_and_beat_killed_are_back_and_named_meanwhile(desk, runs):
    for _ in range(runs):
        desk.kill("worker")
        desk.kill("beat")
        desk.wait_until_ready()
        assert desk.readiness()[1]["parts"]["worker"] == "ok"


class TestRedis:
    """Redis is a hurry, not a truth."""

    @pytest.fixture
    def desk(self, served):
        return served

    @pytest.fixture
    def redis(self, services):
        yield services.redis
        if not services.redis.ready():
            services.redis.start()

    def test_killed_and_empty_again(self, desk, redis, screens, lead, program_of, spare, runs):
        ada, ben = screens.of(spare).open("/queue/"), screens.of("lead", url=desk.urls[-1]).open("/queue/")
        for run in range(runs):
            redis.kill()
            storm(lead, program_of(spare), 6, seed=run)
            for screen in (ada, ben):
                screen.equals_a_reload()
            assert desk.readiness()[1]["status"] == "degraded"
            redis.start()
            storm(lead, program_of(spare), 6, seed=run + 50)
            for screen in (ada, ben):
                screen.equals_a_reload(within=15)
        wait_for(lambda: desk.readiness()[1].get("status") == "ok", within=30, what="ready again", every=0.2)

    @pytest.mark.parametrize("command", ["FLUSHALL", "CLIENT KILL TYPE pubsub", "CLIENT KILL TYPE normal"])
    def test_flushed_or_disconnected(self, desk, redis, screens, lead, program_of, spare, command):
        ada = screens.of(spare).open("/queue/")
        redis.say(*command.split())
        storm(lead, program_of(spare), 6, seed=3)
        ada.equals_a_reload(within=15)

    def test_the_worker_goes_on_after_redis_came_back(self, desk, redis):
        def seen():
            return desk.shell(WORKER_SEEN)

        redis.kill()
        redis.start()
        before = seen()
        wait_for(lambda: seen() != before, within=30, what="the worker beats again")


class TestPostgreSQL:
    """F18: the database restarts under load."""

    @pytest.fixture
    def desk(self, served):
        return served

    def test_restarts_while_people_write(self, desk, services, screens, lead, program_of, spare, runs):
        ada = screens.of(spare).open("/queue/")
        agent = program_of(spare)
        ticket = lead.new_ticket()
        for _ in range(runs):
            words = [f"Through a restart {uuid.uuid4().hex}" for _ in range(8)]
            path = f"/tickets/{ticket['id']}/note/"
            writers = [
                threading.Thread(target=partial(insist, agent.post, path, {"body": word}, key=str(uuid.uuid4())))
                for word in words
            ]
            for place, writer in enumerate(writers):
                writer.start()
                if place == 3:
                    services.postgresql.kill(services.postgresql.end_signal)
                    services.postgresql.start()
            for writer in writers:
                writer.join(60)
            bodies = [one["body"] for one in every_message(lead, ticket)]
            assert [bodies.count(word) for word in words] == [1] * len(words)
            desk.wait_until_ready()
            storm(lead, agent, 5, seed=9)
            ada.equals_a_reload(within=15)
        head_is_gapless(desk)

    def test_transactions_that_overlap_lose_no_event(self, desk, screens, lead, spare, runs):
        """F23: ids are given out in one order and committed in another."""
        pks = [lead.new_ticket()["id"] for _ in range(8)]
        ada = screens.of(spare).open("/queue/")
        code = (
            "import threading, random\n"
            "from django.db import connection, transaction\n"
            f"pks, chance = {pks}, random.Random(1)\n"
            "turns = [(pk, chance.random() / 20) for _ in range(10) for pk in pks]\n"
            "def write(mine):\n"
            "    for pk, pause in mine:\n"
            "        with transaction.atomic():\n"
            "            Ticket.objects.filter(pk=pk).update(subject=f'Overlap {pk} {pause}')\n"
            "            with connection.cursor() as cursor:\n"
            "                cursor.execute('SELECT pg_sleep(%s)', [pause])\n"
            "    connection.close()\n"
            "threads = [threading.Thread(target=write, args=(turns[n::8],)) for n in range(8)]\n"
            "[thread.start() for thread in threads]; [thread.join() for thread in threads]"
        )
        for _ in range(runs):
            desk.shell(code)
            ada.equals_a_reload(within=15)
        head_is_gapless(desk)
