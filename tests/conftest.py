"""The standing cast and its factories are there for every test; running desks for those that ask."""

import os

from hypothesis import settings

pytest_plugins = ["tests.cast", "tests.stack.fixtures"]

settings.register_profile("the same examples each time", derandomize=True)
if "RUNS" not in os.environ:  # set, others are looked for
    settings.load_profile("the same examples each time")


def pytest_addoption(parser):
    parser.addoption("--database-only", action="store_true", help="only tests that use the database")


def pytest_collection_modifyitems(config, items):
    """Leave out what no database can answer differently, where the run is about another database."""
    if not config.getoption("--database-only"):
        return
    fixtures = {"db", "transactional_db", "django_db_setup"}
    kept = [item for item in items if item.get_closest_marker("django_db") or fixtures & set(item.fixturenames)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept
