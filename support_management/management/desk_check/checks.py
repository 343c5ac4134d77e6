"""What has to agree at a desk, in the order in which one follows from the other, and how it is repaired."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from support_management import writes
from support_management.analytics import dashboards
from support_management.audit.triggers import install
from support_management.core import counters
from support_management.disputes import repair as dispute_rows
from support_management.events import positions
from support_management.orders.money import payment_status
from support_management.payment_issues import holds
from support_management.people import profiles
from support_management.people.models import User
from support_management.routing.record import load_recount
from support_management.search import repair as search_index
from support_management.sla.repair import drift, stray, verify
from support_management.tickets import repair as ticket_rows
from support_management.tickets.models import Ticket


class Check(NamedTuple):
    """`find` reads only and yields one line for each difference; `repair` is None where there is no safe one."""

    name: str
    find: Callable[[], Iterable[str]]
    repair: Callable[[], object] | None = None


def _histories():
    return (str(difference) for difference in verify.differences())


def _clocks():
    yield from (f"ticket {pk}: a clock is missing, or should have ended" for pk in sorted(stray.tickets()))
    for pk in drift.wrongly_paused(Ticket.objects.filter(is_open=True)):
        yield f"ticket {pk}: a clock is paused and should run, or the other way round"
    yield from (f"dispute {pk}: its clock is missing, or should have ended" for pk in sorted(stray.disputes()))
    yield from (f"payment issue {pk}: its clock is missing, or should have ended" for pk in sorted(stray.payments()))
    yield from (f"order {pk}: its clock is missing, or should have ended" for pk in sorted(stray.orders()))


def _due_times():
    yield from (f"ticket {pk} shows another due time than its clocks" for pk in stray.with_other_due_time("ticket"))
    yield from (f"dispute {pk} shows another due time than its clock" for pk in stray.with_other_due_time("dispute"))
    for pk in stray.with_other_due_time("payment"):
        yield f"payment issue {pk} shows another due time than its clock"


def _money():
    yield from (f"order {pk}: {difference}" for pk, difference in payment_status.differences())


def _holds():
    yield from (f"order {pk}: {difference}" for pk, difference in holds.differences())


def _units():
    yield from (f"ticket {pk}: its units are not those of its queue" for pk in ticket_rows.with_wrong_units())
    yield from (f"dispute {pk}: its units are not those of its priority" for pk in dispute_rows.with_wrong_units())


def _loads():
    names = dict(User.objects.values_list("pk", "username"))
    for agent_id, stored, counted in load_recount.wrong():
        yield f"load of {names[agent_id]} is {stored}, their work says {counted} (total, tickets, disputes)"


def _dashboards():
    names = dict(User.objects.values_list("pk", "username"))
    for agent_id, figure, stored, counted in dashboards.drifted():
        yield f"dashboard of {names[agent_id]}: {figure} is {stored}, counted {counted}"


def _counters():
    sequences = counters.late_sequences(agent=profiles.highest_number())
    late = [*sequences, *(counter for _, counter in counters.late_keys())]
    return (f"counter {counter.name} is {counter.value}, {counter.in_use} is in use" for counter in late)


def _catch_up() -> None:
    counters.catch_up(agent=profiles.highest_number())


CHECKS = (
    Check("history", _histories),
    Check("clocks", _clocks, writes.repair_work),
    Check("due times", _due_times, writes.repair_work),
    Check("money", _money, payment_status.repair),
    Check("chargebacks", _holds, holds.repair),
    Check("units", _units, writes.repair_work),
    Check("loads", _loads, load_recount.check_all),
    Check("dashboards", _dashboards, dashboards.check_all),
    Check("search", search_index.differences, search_index.repair),
    Check("positions", positions.problems),
    Check("counters", _counters, _catch_up),
    Check("triggers", install.problems, install.install),
)
