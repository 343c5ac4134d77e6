"""`manage.py load_demo` fills an empty desk with people and work; `--tickets N` adds more."""

from django.core.management.base import BaseCommand, CommandError

from support_management.core.time import now
from support_management.management.demo import initial_load, logins, top_up
from support_management.management.demo.people.staff import SIGN_INS
from support_management.people.models import User
from support_management.tickets.models import Ticket

REPORT_EVERY = 5000


class Command(BaseCommand):
    help = "Fill an empty desk with a demo (300 tickets, 120 of them open), the same every time for a seed."

    def add_arguments(self, parser):
        parser.add_argument("--tickets", type=int, metavar="N", help="top a demo up to N tickets while it is in use")
        parser.add_argument("--seed", type=int, default=1, help="a different seed makes a different demo")
        parser.add_argument("--logins", action="store_true", dest="only_logins", help="only print who can sign in")

    def handle(self, *, tickets: int | None, seed: int, only_logins: bool, **_):
        if not only_logins:
            self._load(tickets, seed)
        self._print_logins()

    def _load(self, tickets: int | None, seed: int) -> None:
        if tickets is not None and tickets < 0:
            raise CommandError("--tickets is a number of tickets, 0 or more.")
        if initial_load.is_empty():
            initial_load.load(seed=seed, password=logins.password(), moment=now())
        elif tickets is None:
            self.stdout.write("The desk is in use already: nothing was loaded.")
        if tickets is not None:
            self._top_up(tickets, seed)
        self.stdout.write(
            f"{Ticket.objects.count()} tickets, {Ticket.objects.filter(is_open=True).count()} of them open."
        )

    def _top_up(self, tickets: int, seed: int) -> None:
        if User.objects.filter(username__in=[member.username for member in SIGN_INS]).count() < len(SIGN_INS):
            raise CommandError("Only a demo can be topped up, and this desk has its own people.")
        for count in top_up.top_up(tickets=tickets, seed=seed, moment=now()):
            if count % REPORT_EVERY < top_up.BATCH_SIZE:
                self.stdout.write(f"{count} tickets …")

    def _print_logins(self) -> None:
        for line in logins.lines():
            self.stdout.write(line)
