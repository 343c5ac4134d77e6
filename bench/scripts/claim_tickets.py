"""`python -m bench.scripts.claim_tickets make AGENTS TICKETS`, later `… look`, in the product's environment.

`make` prints tokens of agents and unassigned tickets; `look` prints owners, assignments and loads afterwards.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from django.db import transaction  # noqa: E402  (needs the settings)
from django.db.models import Count, F, Sum  # noqa: E402

from support_management.people import api_tokens  # noqa: E402
from support_management.people.models import SupportWorkloadTracker, User  # noqa: E402
from support_management.people.roles import Role  # noqa: E402
from support_management.routing.models import AssignmentDecision, ReassignmentLog  # noqa: E402
from support_management.tickets import intake  # noqa: E402
from support_management.tickets.models import Ticket  # noqa: E402

SUBJECT = "Everybody wants this one"


@transaction.atomic
def make(agents: int, tickets: int) -> dict:
    client = User.objects.create_user("wanted", "wanted@mail.example", role=Role.CLIENT, name="Wanted Client")
    people = [
        User.objects.create_user(
            f"claimant{at}", f"claimant{at}@desk.example", role=Role.SUPPORT, name=f"Claimant {at}"
        )
        for at in range(agents)
    ]
    keys = [intake.create(by=client, subject=SUBJECT, body="Please").pk for _ in range(tickets)]
    return {"tokens": [api_tokens.issue(user=person) for person in people], "tickets": keys}


def look() -> dict:
    rows = Ticket.objects.filter(subject=SUBJECT)
    of_them = {"ticket__subject": SUBJECT}
    assignments = ReassignmentLog.objects.filter(**of_them).values("ticket").annotate(n=Count("pk")).filter(n__gt=1)
    chosen = AssignmentDecision.objects.filter(**of_them).values("ticket").annotate(n=Count("pk")).filter(n__gt=1)
    loads = SupportWorkloadTracker.objects.filter(user__username__startswith="claimant")
    return {
        "owners": dict(rows.filter(assignee__isnull=False).values_list("pk", "assignee__name")),
        "twice": assignments.count() + chosen.count(),
        "over": loads.filter(load__gt=F("user__support_profile__capacity")).count(),
        "load": loads.aggregate(all=Sum("load"))["all"],
        "units": rows.aggregate(all=Sum("units"))["all"],
    }


if __name__ == "__main__":
    verb, *numbers = sys.argv[1:]
    print(json.dumps({"make": make, "look": look}[verb](*map(int, numbers))))
