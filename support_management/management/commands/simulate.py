"""`manage.py simulate --rate R`: clients, writers and agents use the running product through its REST API."""

import math
import signal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from support_management.management.demo import logins
from support_management.management.simulator import actors
from support_management.management.simulator.simulation import Simulation
from support_management.people.roles import Role

MOST = 500


class Command(BaseCommand):
    help = "Act as clients, writers and agents of the demo through the REST API of the running product."

    def add_arguments(self, parser):
        parser.add_argument("--rate", type=float, default=2, metavar="R", help="changes per second (default 2)")
        parser.add_argument("--url", default=settings.PUBLIC_URL, help="where the product runs (default %(default)s)")
        parser.add_argument("--seconds", type=float, metavar="S", help="end after S seconds (default: at Ctrl-C)")
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, rate: float, url: str, seconds: float | None, seed: int, **_):
        if not (math.isfinite(rate) and 0 < rate <= MOST):
            raise CommandError(f"--rate is a number of changes per second, above 0 and up to {MOST}.")
        if not url.startswith(("http://", "https://")):
            raise CommandError("--url starts with http:// or https://.")
        if not logins.lines():
            raise CommandError("Only a demo can be simulated. Load one with load_demo.")
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: tokens are revoked
        with actors.signed_in_actors() as people:
            self._run(people, rate=rate, url=url, seconds=seconds, seed=seed)

    def _run(self, people: list[actors.Actor], *, seconds: float | None, **options) -> None:
        if not {Role.CLIENT, Role.SUPPORT, Role.LEAD} <= {actor.role for actor in people}:
            raise CommandError("The simulation needs clients with orders, and agents and a lead who are online.")
        simulation = Simulation(actors=people, tell=self._say, **options)
        self._say(
            f"{len(people)} people work at {options['url']}, {options['rate']:g} changes a second. Ctrl-C ends it."
        )
        try:
            simulation.run(seconds)
        except KeyboardInterrupt:
            self._say("Stopped.")
        self._say(f"{simulation.statistics.total} changes in all.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
