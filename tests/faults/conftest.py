"""Desks that may be broken in ways which the desks of other tests could not bear."""

import pytest

from tests.servers import Redis
from tests.stack.desk import Desk
from tests.stack.fixtures import opened

SPARES = 20
LEAD = """
from support_management.people.roles import Role
User.objects.filter(username="spare0").update(username="lead", role=Role.LEAD)
"""
SETTINGS = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings", "WEB_DATABASE_SECONDS": "3"}


def _small(desk: Desk) -> Desk:
    """A desk without the demo: nobody but a lead and a few agents."""
    desk.settings["DEMO"] = "0"
    return opened(desk, spares=SPARES, more=LEAD)


@pytest.fixture(scope="session")
def brittle_embedded():
    desk = Desk(**SETTINGS)
    try:
        yield _small(desk)
    finally:
        desk.throw_away()


@pytest.fixture(scope="session")
def late_redis():
    """The Redis of `brittle_served`. Nobody has started it yet."""
    redis = Redis()
    yield redis
    redis.stop()


@pytest.fixture(scope="session")
def brittle_served(services, late_redis):
    """On PostgreSQL, and on a Redis that is not there when it starts."""
    desk = Desk(database=services.postgresql.make("brittle"), redis=late_redis.url, **SETTINGS)
    try:
        yield _small(desk)
    finally:
        desk.throw_away()


@pytest.fixture(scope="session", params=["embedded", "served"])
def brittle(request) -> Desk:
    return request.getfixturevalue(f"brittle_{request.param}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Those that start the late Redis come last: others need it away."""
    items.sort(key=lambda item: item.path.name in ("test_standing_duties.py", "test_whole_machine.py"))
