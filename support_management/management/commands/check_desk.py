"""`manage.py check_desk [--repair]`: do clocks, money, loads, figures, search, counters and triggers agree?"""

from collections.abc import Callable
from itertools import islice

from django.core.management.base import BaseCommand, CommandError

from support_management.core import applied_migrations
from support_management.core.errors import DeskError
from support_management.core.snapshot import snapshot
from support_management.management.desk_check.checks import CHECKS, Check

SHOWN = 50


class Command(BaseCommand):
    help = "Compare clocks, money, loads, dashboards, search, positions, counters and triggers with what they must be."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="correct what can be corrected")

    def handle(self, *, repair: bool, **_):
        applied_migrations.stop_if_newer()
        left = [check for check in CHECKS if self._differs(check, repair)]
        if not left:
            return
        can = [check.name for check in left if check.repair and not repair]
        remedy = f" --repair corrects: {', '.join(can)}." if can else " There is no repair for this."
        raise CommandError(f"The desk is not right: {', '.join(check.name for check in left)}.{remedy}")

    def _differs(self, check: Check, repair: bool) -> bool:
        """Whether something differs, after the repair if there is one."""
        found = self._found(check)
        if found and repair and check.repair:
            _carry_out(check.repair)
            found = self._found(check)
            self.stdout.write(f"{check.name}: {'repaired' if not found else 'still wrong'}")
        elif not found:
            self.stdout.write(f"{check.name}: ok")
        return found

    def _found(self, check: Check) -> bool:
        with snapshot():
            differences = list(islice(check.find(), SHOWN + 1))
        for difference in differences[:SHOWN]:
            self.stderr.write(f"{check.name}: {difference}")
        if len(differences) > SHOWN:
            self.stderr.write(f"{check.name}: … and more")
        return bool(differences)


def _carry_out(repair: Callable[[], object]) -> None:
    try:
        repair()
    except DeskError as error:
        raise CommandError(f"There is no repair: {error.text}") from None
