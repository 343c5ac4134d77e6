"""`manage.py simulate --rate R` lets clients, writers and agents work with the running product, for anyone to watch."""

import math
import signal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from support_management.management.demo import logins
from support_management.management.simulator import players
from support_management.management.simulator.game import Game
from support_management.people.roles import Role

MOST = 500


class Command(BaseCommand):
    help = "Play clients, writers and agents of the demo through the REST API of the running product."

    def add_arguments(self, parser):
        parser.add_argument("--rate", type=float, default=2, metavar="R", help="changes per second (default 2)")
        parser.add_argument("--url", default=settings.PUBLIC_URL, help="where the product runs (default %(default)s)")
        parser.add_argument("--seconds", type=float, metavar="S", help="end after so long (default: at Ctrl-C)")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, rate: float, url: str, seconds: float | None, seed: int, **_):
        if not (math.isfinite(rate) and 0 < rate <= MOST):
            raise CommandError(f"--rate is a number of changes per second, above 0 and up to {MOST}.")
        if not url.startswith(("http://", "https://")):
            raise CommandError("--url starts with http:// or https://.")
        if not logins.lines():
            raise CommandError("Only a demo is played with. Load one with load_demo.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: tokens are revoked
        with players.at_the_table() as people:
            self._play(people, rate=rate, url=url, seconds=seconds, seed=seed)

    def _play(self, people: list[players.Player], *, seconds: float | None, **facts) -> None:
        if not {Role.CLIENT, Role.SUPPORT, Role.LEAD} <= {player.role for player in people}:
            raise CommandError("Clients with orders, agents and a lead who are online are needed to play.")
        game = Game(players=people, tell=self._say, **facts)
        self._say(f"{len(people)} people play at {facts['url']}, {facts['rate']:g} changes a second. Ctrl-C ends it.")
        try:
            game.play(seconds)
        except KeyboardInterrupt:
            self._say("Stopped.")
        self._say(f"{game.score.total} changes in all.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
