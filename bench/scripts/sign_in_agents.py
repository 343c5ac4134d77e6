"""`python -m bench.scripts.sign_in_agents SOCKETS PER_PERSON`, in the product's environment: agents with sessions.

Prints JSON: a session key for each socket, the newest position, the epoch, unassigned tickets and a lead's token.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402  (needs the settings)
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import transaction  # noqa: E402

from support_management.events import positions  # noqa: E402
from support_management.people import api_tokens  # noqa: E402
from support_management.people.models import SupportAvailability, User  # noqa: E402
from support_management.people.roles import Role  # noqa: E402
from support_management.tickets.models import Ticket  # noqa: E402

PROGRAMS = 8
"""People with a token: a web process answers at most four requests of one person at once."""
EVERY_TENTH_LEADS = 10


@transaction.atomic
def agents(count: int) -> list[User]:
    """This number of staff, one in ten of them leads; existing ones are used again."""
    people = list(User.objects.filter(username__startswith="bench").order_by("pk"))
    secret = make_password(None)
    for number in range(len(people), count):
        role = Role.LEAD if number % EVERY_TENTH_LEADS == 0 else Role.SUPPORT
        fields = {"name": f"Bench Agent {number}", "email": f"bench{number}@desk.example", "password": secret}
        people.append(User.objects.create(username=f"bench{number}", role=role, **fields))
    SupportAvailability.objects.filter(user__username__startswith="bench", says="offline").update(says="online")
    return people[:count]


@transaction.atomic
def sessions(people: list[User], count: int) -> list[str]:
    """Sessions of these people in turn."""
    keys = []
    for number in range(count):
        user, store = people[number % len(people)], SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.save()
        keys.append(store.session_key)
    return keys


def main(sockets: int, per_person: int) -> None:
    people = agents(max(1, sockets // per_person))
    keys = sessions(people, sockets)
    positions.place()
    unowned = Ticket.objects.filter(is_open=True, assignee=None).order_by("pk").values_list("pk", flat=True)
    fixtures = {"sessions": keys, "head": positions.head(), "epoch": positions.epoch(), "tickets": list(unowned[:64])}
    programs = sorted(people, key=lambda person: person.role != Role.LEAD)[:PROGRAMS]
    tokens = [api_tokens.issue(user=person) for person in programs]
    fixtures |= {"tokens": tokens, "token": tokens[0], "people": len(people)}
    print(json.dumps(fixtures))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
