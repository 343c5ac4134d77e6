"""One running desk per mode for the whole session, one Chromium, and agents nobody else uses."""

import itertools
import os

import pytest
from playwright.sync_api import sync_playwright

from tests.servers import program
from tests.stack.browser import Profiles, Screens
from tests.stack.desk import PASSWORD, Desk, Services
from tests.stack.http_clients import Program, Visitor

SPARE_AGENTS = 90
SERVED = {"served", "services", "brittle_served"}
"""Fixtures, and parameters that choose one: a test with one of these belongs to the lane of PostgreSQL and Redis."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
MAKE_SPARE = """
from django.contrib.auth.hashers import make_password
from support_management.people.roles import Role
secret = make_password({password!r})
for n in range({count}):
    facts = dict(role=Role.SUPPORT, name=f"Spare Number {{n}}", password=secret)
    User.objects.create(username=f"spare{{n}}", email=f"spare{{n}}@desk.example", **facts)
SupportProfile.objects.filter(user__username__startswith="spare").update(capacity=1000)
SupportAvailability.objects.filter(user__username__startswith="spare").update(says="online")
"""
KEYS = """
from django.contrib import auth
from django.contrib.sessions.backends.db import SessionStore
from support_management.people import api_tokens
for user in User.objects.filter(username__in={names!r}):
    session = SessionStore()
    session[auth.SESSION_KEY], session[auth.BACKEND_SESSION_KEY] = str(user.pk), {backend!r}
    session[auth.HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    print(user.username, api_tokens.issue(user=user), session.session_key)
"""
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(scope="session")
def runs() -> int:
    """How often a fault is repeated: once in `make test`, more in `make chaos`."""
    return int(os.environ.get("RUNS") or 1)


def opened(desk: Desk, *, spares: int = SPARE_AGENTS, more: str = "") -> Desk:
    """Started, with so many agents whom nobody uses, and what `more` makes of them.

    Each has a token and a session: the way through the sign-in page hashes a password and loads two pages.
    """
    desk.start()
    desk.shell(MAKE_SPARE.format(count=spares, password=PASSWORD) + more)
    desk.spare_names = (f"spare{number}" for number in itertools.count(1 if more else 0))
    names = ["admin", "lead", "agent1", "agent2", *(f"spare{n}" for n in range(spares))]
    keys = [line.split() for line in desk.shell(KEYS.format(names=names, backend=BACKEND)).splitlines()]
    desk.tokens = {name: token for name, token, _ in keys}
    desk.sessions = {name: session for name, _, session in keys}
    return desk


@pytest.fixture(scope="session")
def embedded():
    desk = Desk()
    try:
        yield opened(desk)
    finally:
        desk.throw_away()


@pytest.fixture(scope="session")
def services():
    with Services() as started:
        yield started


@pytest.fixture(scope="session")
def served(services):
    """A desk on PostgreSQL and Redis with two web processes."""
    desk = Desk(database=services.postgresql.make("stack"), redis=services.redis.url, web=2)
    try:
        yield opened(desk)
    finally:
        desk.throw_away()


@pytest.fixture(scope="session", params=["embedded", "served"])
def desk(request) -> Desk:
    """The same test on both: embedded, and PostgreSQL + Redis with two web processes."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def program_of(desk):
    """`program_of("lead")` speaks to the REST API as that person."""

    return lambda username: Program(desk.url, desk.tokens[username])


@pytest.fixture
def lead(program_of) -> Program:
    return program_of("lead")


@pytest.fixture
def spares(desk):
    """Agents whom no other test touches; user names without end."""
    return desk.spare_names


@pytest.fixture
def spare(spares) -> str:
    """An agent whom no other test touches; the user name."""
    return next(spares)


@pytest.fixture
def visitor_of(desk):
    """`visitor_of("agent1")` is that person, signed in, without a browser."""

    return lambda username: Visitor(desk.url).with_session(desk.sessions[username])


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path=program("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"), args=FLAGS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def profiles(chromium) -> Profiles:
    return Profiles(chromium)


@pytest.fixture
def screens(profiles, desk):
    """Opens browsers at this desk, one per call; all are closed with the test."""
    opened = Screens(profiles, desk)
    yield opened
    opened.close()


def _params(item) -> list[str]:
    return (
        [param for param in item.callspec.params.values() if isinstance(param, str)]
        if hasattr(item, "callspec")
        else []
    )


def pytest_collection_modifyitems(items):
    """Real processes come last: the browser's loop stays in the main thread until the end."""
    mine = [item for item in items if item.path.parent.name in ("stack", "faults")]
    for item in mine:
        item.add_marker("stack")
        if "screens" in item.fixturenames:
            item.add_marker("browser")
        if SERVED & {*item.fixturenames, *_params(item)}:
            item.add_marker("served")
    items[:] = [item for item in items if item not in set(mine)] + mine
