"""`simulate` changes work of the running product and leaves no token behind."""

import socket
from random import Random
from threading import Event, Timer

import pytest
from django.core.management import CommandError, call_command

from support_management.analytics import dashboards
from support_management.core.time import now
from support_management.management.demo import initial_load
from support_management.management.simulator import actors
from support_management.management.simulator.action_context import ActionContext
from support_management.management.simulator.action_mix import ACTIONS, choose
from support_management.management.simulator.api_client import NO_ANSWER, ApiClient
from support_management.management.simulator.simulation import Simulation
from support_management.management.simulator.work_cache import WorkCache
from support_management.models import ApiToken, DomainEvent, IdempotencyKey, ShopEndpoint


@pytest.fixture
def demo(transactional_db):
    initial_load.load(seed=1, password="for the demo only", moment=now())


def run_simulation(url: str, *, rate: float, seconds: float) -> tuple[Simulation, list[str]]:
    said: list[str] = []
    with actors.signed_in_actors() as people:
        simulation = Simulation(url=url, rate=rate, actors=people, seed=1, tell=said.append)
        simulation.run(seconds)
    return simulation, said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestRun:
    def test_changes_come_in_and_nothing_breaks(self, demo, live_server):
        start = DomainEvent.objects.count()
        simulation, said = run_simulation(live_server.url, rate=15, seconds=4)
        assert simulation.statistics.total >= 5
        assert DomainEvent.objects.count() >= start + simulation.statistics.total
        assert IdempotencyKey.objects.count() >= simulation.statistics.total
        assert not [line for line in said if "× " in line and any(f" {code} " in line for code in (400, 401, 500))]
        assert dashboards.check_all() == 0

    def test_every_token_of_the_run_is_revoked(self, demo, live_server):
        run_simulation(live_server.url, rate=5, seconds=0.5)
        assert ApiToken.objects.count() > 30
        assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()

    def test_a_product_that_does_not_answer_is_waited_for(self, demo):
        said: list[str] = []
        with actors.signed_in_actors() as people:
            simulation = Simulation(
                url=f"http://127.0.0.1:{free_port()}", rate=5, actors=people, seed=1, tell=said.append
            )
            Timer(0.5, simulation.stop.set).start()
            simulation.run(60)
        assert said[0].startswith("No answer from http://127.0.0.1:")
        assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()
        assert not ShopEndpoint.objects.filter(revoked_at__isnull=True).exists()


class TestActors:
    def test_clients_writers_agents_and_a_lead_take_part(self, demo):
        with actors.signed_in_actors() as people:
            roles = {actor.role for actor in people}
        assert roles == {"client", "writer", "support", "lead", "shop"}

    def test_absent_and_suspended_agents_take_no_part(self, demo):
        with actors.signed_in_actors() as people:
            names = {actor.name for actor in people}
        assert not {"Grace Mbeki", "Henrik Dahl", "Noor Haddad", "Julia Marsh"} & names


class TestChoice:
    def shares(self, *, open_now: int) -> dict[str, int]:
        """How often each action is chosen with this number of open tickets, where 100 are usual."""
        cache = WorkCache()
        cache.start = 100
        cache.tickets = {n: {"status": "open", "assignee": None} for n in range(open_now)}
        context = ActionContext(cache, ApiClient("http://127.0.0.1", Event()), Random(1), [], [], [], [])
        chosen = [choose(context) for _ in range(2000)]
        return {name: chosen.count(name) for name in ACTIONS}

    def test_a_long_backlog_is_worked_off_and_a_short_one_filled(self):
        usual, long, short = self.shares(open_now=100), self.shares(open_now=150), self.shares(open_now=60)
        assert long["resolve"] > 2 * usual["resolve"]
        assert long["create"] < usual["create"]
        assert short["create"] > 2 * usual["create"]
        assert all(usual.values())


class TestApiClient:
    def test_no_server_is_an_answer_too(self):
        stop = Event()
        stop.set()  # no retries
        api = ApiClient(f"http://127.0.0.1:{free_port()}", stop)
        assert api.get("tickets/", "token").status == NO_ANSWER


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("rate", [0, -1, 1e9, float("nan")])
    def test_an_odd_rate_is_a_sentence(self, rate):
        with pytest.raises(CommandError, match="changes per second"):
            call_command("simulate", rate=rate)

    def test_an_odd_address_is_a_sentence(self):
        with pytest.raises(CommandError, match="http://"):
            call_command("simulate", url="localhost:8000")

    def test_a_desk_without_demo_is_refused(self, ada):
        with pytest.raises(CommandError, match="Only a demo"):
            call_command("simulate")
        assert not ApiToken.objects.exists()
