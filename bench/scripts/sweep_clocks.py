"""`python -m bench.scripts.sweep_clocks CLOCKS MANY`, in the product's environment: times the sweep over CLOCKS."""

import json
import os
import sys
import time
from datetime import datetime, timedelta
from itertools import cycle, islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from django.db import connection  # noqa: E402  (needs the settings)

from support_management.core.bulk import update_each  # noqa: E402
from support_management.core.time import NEVER, now  # noqa: E402
from support_management.events.suppression import quietly  # noqa: E402
from support_management.people.models import User  # noqa: E402
from support_management.sla.clock.arithmetic import thresholds_of  # noqa: E402
from support_management.sla.lifecycle import sweep  # noqa: E402
from support_management.sla.models import OrderDisputeSLA, SLAPolicy  # noqa: E402
from support_management.tickets.models import Ticket, TicketType  # noqa: E402

SUBJECT = "One of many"
METRICS = ("first_response", "next_response", "resolution")
TARGET = timedelta(hours=24)
THOUSAND, CHUNK = 1_000, 2_000


def main(clocks: int, many: int) -> None:
    with quietly():
        fill(clocks)
    sweep.fire_due()
    most = min(THOUSAND, many)
    times = {
        "idle_ms": [_timed(sweep.fire_due) * 1e3 for _ in range(21)],
        "loop_ms": [_timed(_loop) * 1e3],
        "ten_ms": [_sweep(10, clocks) * 1e3 for _ in range(7)],
        "many_s": [_sweep(many, clocks) for _ in range(3)],
        "thousand_us": [_sweep(most, clocks) * 1e6 / most for _ in range(3)],
    }
    print(json.dumps(times))


def fill(clocks: int) -> None:
    """Add tickets with three clocks each, up to this number of running clocks; none is due for hours."""
    missing = clocks - _fresh().count()
    people = User.objects.filter(role="support", is_active=True).order_by("pk")
    requester, kind = User.objects.filter(role="client").first(), TicketType.objects.order_by("pk").first()
    owners = cycle(people)
    for begin in range(0, max(missing, 0), CHUNK * len(METRICS)):
        number = min(CHUNK, -(-(missing - begin) // len(METRICS)))
        tickets = Ticket.objects.bulk_create(
            Ticket(subject=SUBJECT, requester=requester, type=kind, assignee=owner, status="open")
            for owner in islice(owners, number)
        )
        OrderDisputeSLA.objects.bulk_create(_clock(ticket, metric) for ticket in tickets for metric in METRICS)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _fresh():
    return OrderDisputeSLA.objects.filter(ticket__subject=SUBJECT, state="running", reached=0)


def _clock(ticket: Ticket, metric: str) -> OrderDisputeSLA:
    policy = _policy()
    start = now()
    return OrderDisputeSLA(
        ticket=ticket,
        metric=metric,
        started_at=start,
        since=start,
        target_seconds=TARGET // timedelta(seconds=1),
        due_at=start + TARGET,
        next_fire_at=start + thresholds_of(TARGET)[0].mark,
        calendar_id=policy.calendar_id,
        policy=policy,
        policy_version=policy.version,
    )


def _policy(kept: list = []) -> SLAPolicy:  # noqa: B006  (read once)
    if not kept:
        kept.append(SLAPolicy.objects.order_by("position").first())
    return kept[0]


def bring(number: int, mark: datetime) -> list[int]:
    """Let this number of clocks reach their first warning at this moment; returns their keys."""
    start = mark - thresholds_of(TARGET)[0].mark
    chosen = list(_fresh().order_by("-pk").values_list("pk", flat=True)[:number])
    rows = [(pk, start, start, start + TARGET, mark) for pk in chosen]
    update_each(OrderDisputeSLA, ("id",), ("started_at", "since", "due_at", "next_fire_at"), rows)
    return chosen


def _sweep(number: int, clocks: int) -> float:
    """Seconds of a sweep in which `number` clocks reach their first warning; new clocks replace them afterwards."""
    chosen = bring(number, now() - timedelta(seconds=1))
    began = time.perf_counter()
    fired = sweep.fire_due()
    took = time.perf_counter() - began
    assert fired >= number, (fired, number)
    with quietly():
        done = OrderDisputeSLA.objects.filter(pk__in=chosen)
        done.update(state="met", completed_at=now(), next_fire_at=NEVER)
        fill(clocks)
    return took


def _loop() -> None:
    """The alternative to a sweep by index: read each clock as an object and compare its due time."""
    moment = now()
    for clock in OrderDisputeSLA.objects.filter(is_open=True).iterator(CHUNK):
        assert clock.due_at >= moment or clock.state


def _timed(action) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
