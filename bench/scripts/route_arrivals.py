"""`python -m bench.scripts.route_arrivals TICKETS AGENTS ROUNDS`, in the product's environment: times auto-assignment.

TICKETS are open, most of them owned, the others in pull queues. Prints the milliseconds of each assignment of a new
ticket, beside those of as many manual claims.
"""

import json
import os
import sys
import time
from datetime import timedelta
from itertools import cycle, islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402  (needs the settings)

from support_management.core.time import now  # noqa: E402
from support_management.events.suppression import quietly  # noqa: E402
from support_management.people.models import SupportAvailability, SupportProfile, User  # noqa: E402
from support_management.people.roles import Role  # noqa: E402
from support_management.people.skills.models import SkillLevel, Specialization  # noqa: E402
from support_management.routing.dispatch import auto_assign  # noqa: E402
from support_management.routing.record import load_recount  # noqa: E402
from support_management.tickets import intake, ownership  # noqa: E402
from support_management.tickets.models import Ticket, TicketType  # noqa: E402

SUBJECT, CHUNK = "One of many", 2_000
CAPACITY = 500
EVERY_THIRD_IS_FREE = 3
QUEUE = "bench"


def main(tickets: int, agents: int, rounds: int) -> None:
    with transaction.atomic():
        people = _people(agents)
    with quietly(), transaction.atomic():
        _fill(tickets, people)
        load_recount.all_loads()
    if connection.vendor == "postgresql":  # as autovacuum would agents done by the time anybody looks
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    routed = [_timed(auto_assign.route_ticket, pk) for pk in _arrivals(rounds)]
    owners = Ticket.objects.filter(type__slug=QUEUE, assignee__isnull=False).count()
    claimed = [
        _timed(ownership.claim, ticket=pk, by=person) for pk, person in zip(_free(rounds), cycle(people), strict=False)
    ]
    times = {"routed_ms": routed, "claimed_ms": claimed, "owners": owners}
    print(json.dumps(times | {"open": Ticket.objects.filter(is_open=True).count()}))


def _people(count: int) -> list[User]:
    """Available agents with free capacity, each with some skills."""
    agents = list(User.objects.filter(username__startswith="arrival").order_by("pk"))
    for number in range(len(agents), count):
        fields = {"name": f"Arrival Agent {number}", "email": f"arrival{number}@desk.example"}
        agents.append(User.objects.create(username=f"arrival{number}", role=Role.SUPPORT, **fields))
    SupportProfile.objects.update(capacity=CAPACITY)
    SupportAvailability.objects.filter(user__in=agents).update(says="online")
    skills = list(Specialization.objects.all())
    rows = [
        SkillLevel(profile=person.support_profile, specialization=skill, level=1 + (person.pk + skill.pk) % 5)
        for person in User.objects.filter(pk__in=[agent.pk for agent in agents]).select_related("support_profile")
        for skill in skills
        if (person.pk + skill.pk) % 2
    ]
    SkillLevel.objects.bulk_create(rows, ignore_conflicts=True)
    return agents


def _fill(tickets: int, people: list[User]) -> None:
    """Add open tickets up to this number."""
    kinds = cycle(TicketType.objects.filter(mode="pull").order_by("pk"))
    clients, owners, moment = cycle(User.objects.filter(role=Role.CLIENT).order_by("pk")), cycle(people), now()
    for begin in range(Ticket.objects.filter(is_open=True).count(), tickets, CHUNK):
        number = min(CHUNK, tickets - begin)
        Ticket.objects.bulk_create(
            Ticket(
                subject=SUBJECT,
                requester=client,
                type=kind,
                status="new" if at % EVERY_THIRD_IS_FREE == 0 else "pending",
                assignee=None if at % EVERY_THIRD_IS_FREE == 0 else owner,
                next_due_at=moment + timedelta(minutes=at),
            )
            for at, client, kind, owner in islice(zip(range(number), clients, kinds, owners, strict=False), number)
        )


def _arrivals(number: int) -> list[int]:
    """New tickets of an automatic queue, which have not been assigned yet."""
    queue, _ = TicketType.objects.update_or_create(slug=QUEUE, defaults={"name": "Bench", "mode": "pull"})
    clients = cycle(User.objects.filter(role=Role.CLIENT).order_by("pk"))
    keys = [
        intake.create(by=client, subject="Where is it?", body="Late", type=queue.slug).pk
        for client in islice(clients, number)
    ]
    TicketType.objects.filter(pk=queue.pk).update(mode="automatic")
    return keys


def _free(number: int) -> list[int]:
    rows = Ticket.objects.filter(subject=SUBJECT, assignee=None).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:number])


def _timed(action, *args, **options) -> float:
    began = time.perf_counter()
    action(*args, **options)
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
