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
from support_management.people.models import User  # noqa: E402
from support_management.people.roles import Role  # noqa: E402
from support_management.tickets.models import Ticket  # noqa: E402

EVERY_TENTH_LEADS = 10


@transaction.atomic
def agents(count: int) -> list[User]:
    """So many people of the desk; one in ten leads. Those made earlier are taken again."""
    have = list(User.objects.filter(username__startswith="bench").order_by("pk"))
    secret = make_password(None)
    for number in range(len(have), count):
        role = Role.LEAD if number % EVERY_TENTH_LEADS == 0 else Role.SUPPORT
        facts = {"name": f"Bench Agent {number}", "email": f"bench{number}@desk.example", "password": secret}
        have.append(User.objects.create(username=f"bench{number}", role=role, **facts))
    return have[:count]


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
    facts = {"sessions": keys, "head": positions.head(), "epoch": positions.epoch(), "tickets": list(unowned[:64])}
    facts |= {"token": api_tokens.issue(user=people[0]), "people": len(people)}
    print(json.dumps(facts))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
