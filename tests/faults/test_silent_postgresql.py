"""PostgreSQL is there and says nothing: whoever waits is told in time, and everything comes back by itself."""

import contextlib
import itertools
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psutil
import psycopg.conninfo
import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from console.postgresql import connection as limited_connection
from console.postgresql.base import NO_BUGS
from support_management.core import database_wait
from tests.faults.test_processes import every_message, insist
from tests.stack.http_clients import Answer
from tests.stack.live_socket import Line

pytestmark = pytest.mark.fault
SECONDS = 0.2
WEB_SECONDS, HEALTH_SECONDS, GRACE_SECONDS = 3, 2, 1
"""As `brittle_served` is set, and what a busy machine needs besides."""
ALIAS, PLACES = "silent", 2


class Store:
    """A PostgreSQL of a process, with a pool of two places."""

    def __init__(self, facts: dict):
        self.facts = facts
        self.line = self.another()

    def another(self):
        """Another thread's connection, from the same pool."""
        return ConnectionHandler({"default": {}, ALIAS: self.facts})[ALIAS]

    def ask(self, question: str, line=None):
        with (line or self.line).cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchone()[0]

    def process(self, line=None) -> psutil.Process:
        """The server's process behind the connection."""
        return psutil.Process(self.ask("SELECT pg_backend_pid()", line))


@pytest.fixture
def store(services, django_db_blocker, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # an earlier test's browser has left its event loop here
    place = psycopg.conninfo.conninfo_to_dict(services.postgresql.url_of("postgres"))
    facts = {"NAME": place["dbname"], "USER": place["user"], "HOST": place["host"], "PORT": place["port"]}
    pool = {"min_size": 1, "max_size": PLACES, "timeout": 5}
    facts |= {"ENGINE": "console.postgresql", "OPTIONS": {"pool": pool}, "CONN_HEALTH_CHECKS": True}
    with django_db_blocker.unblock():
        store = Store(facts)
        yield store
        store.line.close()
        store.line.close_pool()


@contextlib.contextmanager
def stopped(*processes: psutil.Process):
    """They take what they are sent and answer nothing."""
    for process in processes:
        process.suspend()
    try:
        yield
    finally:
        for process in processes:
            process.resume()


class TestConnection:
    def test_is_given_up_in_time_and_leaves_its_place_to_another(self, store):
        for _ in range(PLACES + 1):
            began = time.monotonic()
            with stopped(store.process()), database_wait.limited(SECONDS):
                with pytest.raises(OperationalError, match="did not answer"):
                    store.ask("SELECT 1")
                assert SECONDS <= time.monotonic() - began < SECONDS + GRACE_SECONDS
                store.line.close()

    def test_answers_that_come_too_slowly_are_counted_together(self, store):
        questions = itertools.repeat("SELECT pg_sleep(0.02)::text")
        with database_wait.limited(SECONDS), pytest.raises(OperationalError, match="did not answer"):
            list(map(store.ask, questions))

    def test_at_commit_the_error_comes_out_of_commit(self, store, monkeypatch):
        monkeypatch.setattr(limited_connection, "COMMIT_SECONDS", SECONDS)
        process = store.process()
        store.line.set_autocommit(False)
        with database_wait.limited(0.1):
            store.ask("SELECT 1")
            database_wait.current().left = 0
            with stopped(process), pytest.raises(OperationalError, match="did not answer"):
                store.line.commit()

    def test_a_place_is_not_waited_for_any_longer(self, store):
        lines = [store.another() for _ in range(PLACES)]
        for line in lines:
            store.ask("SELECT 1", line)
        began = time.monotonic()
        with database_wait.limited(SECONDS), pytest.raises(OperationalError):
            store.ask("SELECT 1")
        assert time.monotonic() - began < SECONDS + GRACE_SECONDS
        for line in lines:
            line.close()

    def test_when_nobody_is_answered_all_that_wait_in_the_pool_are_replaced(self, store):
        other = store.another()
        lost = [store.process(), store.process(other)]
        store.line.close()
        other.close()
        with stopped(*lost):
            with database_wait.limited(SECONDS), pytest.raises(OperationalError):
                store.ask("SELECT 1")
            assert database_wait.is_silent()
            with database_wait.limited(WEB_SECONDS):
                assert store.ask("SELECT 1") == 1
            assert not database_wait.is_silent()

    def test_one_that_takes_no_writes_is_unavailable(self, store):
        with pytest.raises(OperationalError, match="read-only transaction"):
            store.ask("SET TRANSACTION READ ONLY; CREATE TABLE written (at int)")

    @pytest.mark.parametrize("error", NO_BUGS)
    def test_so_is_one_that_has_ended_the_transaction(self, store, error):
        with pytest.raises(OperationalError), store.line.wrap_database_errors:
            raise error("said the server")

    def test_without_a_limit_it_waits(self, store):
        assert store.ask("SELECT pg_sleep(0.3)::text || 'done'") == "done"


class TestDesk:
    @pytest.fixture
    def desk(self, brittle_served):
        return brittle_served

    @pytest.fixture
    def agent(self, program_of, spare):
        return program_of(spare)

    def test_everybody_is_told_in_time_and_live_comes_back(self, desk, services, visitor_of, lead, agent, spare):
        ticket, key, words = lead.new_ticket(), str(uuid.uuid4()), f"Said into silence {uuid.uuid4().hex}"
        path = f"/tickets/{ticket['id']}/note/"
        visitor = visitor_of(spare)
        visitor.get("/queue/")
        asked = [lambda page=page: visitor.get(page) for page in ("/queue/", "/dashboard/") * 4]
        asked += [lambda: agent.get("/tickets/"), lambda: agent.post(path, {"body": words}, key=key)]
        with Line(visitor, "/queue/") as line, ThreadPoolExecutor(len(asked) + 1) as people:
            with services.postgresql.silent():
                health = people.submit(timed, lambda: desk.readiness()[0])
                answers = list(people.map(timed, asked))
            assert [answer.status for answer, _ in answers] == [503] * len(asked)
            assert all(int(answer.headers["Retry-After"]) for answer, _ in answers)
            assert max(seconds for _, seconds in answers) < WEB_SECONDS + GRACE_SECONDS
            assert health.result()[0] == 503
            assert health.result()[1] < HEALTH_SECONDS + GRACE_SECONDS
            assert insist(agent.post, path, {"body": words}, key=key).status in (200, 201)
            assert [one["body"] for one in every_message(lead, ticket)].count(words) == 1
            line.wait_for(
                insist(lead.post, "/tickets/", {"subject": words, "body": "Hear?"}).json["subject"], within=10
            )
        desk.wait_until_ready()


def timed(call) -> tuple[Answer | int, float]:
    began = time.monotonic()
    return call(), time.monotonic() - began
