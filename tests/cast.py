"""The people of every story. Ada, Ben and Zoe work tickets, Lea leads, Ira runs the desk; Cleo buys, Wim delivers.

Ada and Ben serve the website North, Zoe serves South. Work of the factories belongs to North and to Cleo
unless a test says otherwise.
"""

import pytest
from django.db import transaction
from django.db.models import QuerySet

from support_management.core import request_context
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.models import SupportAvailability, User, Website
from support_management.people.roles import Role
from tests import copied_people

PASSWORD = "a long enough sentence"


def north() -> Website:
    return Website.objects.get_or_create(name="North", defaults={"domain": "north.example"})[0]


def south() -> Website:
    return Website.objects.get_or_create(name="South", defaults={"domain": "south.example"})[0]


def person(username: str, role: str, name: str = "", website: Website | None = None, **facts) -> User:
    """The person of this name, made when not there yet. Agents come online; `website` is the only one they serve."""
    known = User.objects.filter(username=username).first()
    if known is not None:
        return known
    facts = {"name": name or username.title(), "email": f"{username}@desk.example"} | facts
    usual = facts.keys() == {"name", "email"}
    key = copied_people.copied(username, role, website, **facts) if usual else None
    return User.objects.get(pk=key or _made(username, role, website, usual, **facts))


def _made(username: str, role: str, website: Website | None, usual: bool, **facts) -> int:
    user = User.objects.create_user(username, password=PASSWORD, role=role, **facts)
    if user.is_agent:
        _online(user)
    if usual:
        copied_people.keep(user)
    if website is not None:
        user.support_profile.websites.set([website])
    return user.pk


def _online(user: User) -> None:
    """As if they had been there from the beginning: a new agent is offline until somebody sees them."""
    there = {"state": "online", "available": True, "why_not": ""}
    QuerySet.update(SupportAvailability.objects.filter(user=user), says="online", **there)
    AvailabilityInterval.objects.filter(user=user).update(cause="said", **there)


def agent(username: str, website: Website | None = None, *, capacity: int | None = None, **facts) -> User:
    """One more agent, of one website or of all."""
    user = person(username, Role.SUPPORT, website=website, **facts)
    if capacity is not None:
        user.support_profile.capacity = capacity
        user.support_profile.save(update_fields=["capacity"])
        user = User.objects.get(pk=user.pk)
    return user


def ada_of_north() -> User:
    return agent("ada", north(), name="Ada Agent")


def ben_of_north() -> User:
    return agent("ben", north(), name="Ben Agent")


def zoe_of_south() -> User:
    return agent("zoe", south(), name="Zoe Agent")


def lea_who_leads() -> User:
    return person("lea", Role.LEAD, "Lea Lead")


def ira_who_runs_it() -> User:
    return person("ira", Role.ADMIN, "Ira Admin")


def cleo_of_north() -> User:
    return person("cleo", Role.CLIENT, "Cleo Client")


def wim_of_north() -> User:
    return person("wim", Role.WRITER, "Wim Writer")


@pytest.fixture(autouse=True)
def _nobody_at_the_door():
    """Who came through a door in one test is not there in the next."""
    request_context.begin()
    yield
    request_context.begin()


@pytest.fixture(scope="module")
def shared_db(django_db_setup, django_db_blocker):
    """For what the tests of a module share: made once, seen by each, gone with the last. Theirs is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ada(db) -> User:
    return ada_of_north()


@pytest.fixture
def ben(db) -> User:
    return ben_of_north()


@pytest.fixture
def zoe(db) -> User:
    return zoe_of_south()


@pytest.fixture
def lea(db) -> User:
    return lea_who_leads()


@pytest.fixture
def ira(db) -> User:
    return ira_who_runs_it()


@pytest.fixture
def cleo(db) -> User:
    return cleo_of_north()


@pytest.fixture
def wim(db) -> User:
    return wim_of_north()


@pytest.fixture
def eda(db) -> User:
    return person("eda", Role.EDITOR, "Eda Editor")
