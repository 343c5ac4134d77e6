"""`simulate` plays against the running product and leaves nothing behind but work done."""

import socket
from threading import Timer

import pytest
from django.core.management import CommandError, call_command

from support_management.analytics import dashboards
from support_management.core.time import now
from support_management.management.demo import base
from support_management.management.simulator import players
from support_management.management.simulator.board import Board
from support_management.management.simulator.game import Game
from support_management.management.simulator.moves import MIX, choose
from support_management.management.simulator.wire import NO_ANSWER, Line
from support_management.models import ApiToken, DomainEvent, IdempotencyKey


@pytest.fixture
def demo(transactional_db):
    base.load(seed=1, password="for the demo only", moment=now())


def play(url: str, *, rate: float, seconds: float) -> tuple[Game, list[str]]:
    said: list[str] = []
    with players.at_the_table() as people:
        game = Game(url=url, rate=rate, players=people, seed=1, tell=said.append)
        game.play(seconds)
    return game, said


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TestPlay:
    def test_changes_come_in_and_nothing_breaks(self, demo, live_server):
        start = DomainEvent.objects.count()
        game, said = play(live_server.url, rate=15, seconds=4)
        assert game.score.total >= 5
        assert DomainEvent.objects.count() >= start + game.score.total
        assert IdempotencyKey.objects.count() >= game.score.total
        assert not [line for line in said if "× " in line and any(f" {code} " in line for code in (400, 401, 500))]
        assert dashboards.check_all() == 0

    def test_every_token_of_the_game_is_revoked(self, demo, live_server):
        play(live_server.url, rate=5, seconds=0.5)
        assert ApiToken.objects.count() > 30
        assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()

    def test_a_desk_that_is_away_is_waited_for(self, demo):
        said: list[str] = []
        with players.at_the_table() as people:
            game = Game(url=f"http://127.0.0.1:{free_port()}", rate=5, players=people, seed=1, tell=said.append)
            Timer(0.5, game.stop.set).start()
            game.play(60)
        assert said[0].startswith("Nobody answers at http://127.0.0.1:")
        assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()


class TestPlayers:
    def test_clients_writers_agents_and_a_lead_sit_down(self, demo):
        with players.at_the_table() as people:
            roles = {player.role for player in people}
        assert roles == {"client", "writer", "support", "lead"}

    def test_who_is_away_or_suspended_does_not_play(self, demo):
        with players.at_the_table() as people:
            names = {player.name for player in people}
        assert not {"Grace Mbeki", "Henrik Dahl", "Noor Haddad", "Julia Marsh"} & names


class TestChoice:
    def shares(self, *, open_now: int) -> dict[str, int]:
        """How often each move is chosen when so much of the usual 100 is open."""
        from random import Random

        board = Board()
        board.start = 100
        board.tickets = {n: {"status": "open", "assignee": None} for n in range(open_now)}
        seat = type("Seat", (), {"board": board, "chance": Random(1)})()
        chosen = [choose(seat) for _ in range(2000)]
        return {name: chosen.count(name) for name in MIX}

    def test_a_long_backlog_is_worked_off_and_a_short_one_filled(self):
        usual, long, short = self.shares(open_now=100), self.shares(open_now=150), self.shares(open_now=60)
        assert long["resolve"] > 2 * usual["resolve"]
        assert long["create"] < usual["create"]
        assert short["create"] > 2 * usual["create"]
        assert all(usual.values())


class TestLine:
    def test_no_server_is_an_answer_too(self):
        from threading import Event

        stop = Event()
        stop.set()  # no patience in a test
        line = Line(f"http://127.0.0.1:{free_port()}", stop)
        assert line.get("tickets/", "token").status == NO_ANSWER


@pytest.mark.django_db
class TestRefusals:
    @pytest.mark.parametrize("rate", [0, -1, 1e9, float("nan")])
    def test_an_odd_rate_is_a_sentence(self, rate):
        with pytest.raises(CommandError, match="changes per second"):
            call_command("simulate", rate=rate)

    def test_an_odd_address_is_a_sentence(self):
        with pytest.raises(CommandError, match="http://"):
            call_command("simulate", url="localhost:8000")

    def test_a_desk_without_demo_is_not_played_with(self, ada):
        with pytest.raises(CommandError, match="Only a demo"):
            call_command("simulate")
        assert not ApiToken.objects.exists()
