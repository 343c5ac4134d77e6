"""The standing cast and its factories are there for every test; running desks for those that ask."""

import gc
import os
import shutil

import pytest
from django import test
from django.conf import settings as product
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings

from support_management import tasks
from support_management.core import duties
from support_management.core.writer_settings import exempted

LOG = "support_management_recordchangelog"
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


def pytest_collection_finish():
    """Modules, templates and collected tests stay for the whole run: garbage collection does not look at them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(autouse=True)
def duties_without_history(monkeypatch):
    """The first run of a duty stores a heartbeat in each test, whichever ran before it in this process."""
    monkeypatch.setattr(duties, "_tallies", {})


@pytest.fixture(autouse=True)
def rules_to_their_end(monkeypatch):
    """A sweep runs escalation rules for a moment; on a busy machine one rule can take all of it."""
    monkeypatch.setattr(tasks, "RULES_SECONDS", 60.0)


@pytest.fixture(autouse=True, scope="session")
def flush_that_empties_append_only_tables():
    """Between tests that commit, Django empties every table; anywhere else the database refuses that."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(operations, sql_list):
        log = [sql for sql in sql_list if LOG in sql and sql.startswith("DELETE")]  # the triggers of SQLite write to it
        with exempted("*"):
            flush(operations, [*sql_list, *log])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", execute_sql_flush)
        yield


@pytest.fixture(autouse=True, scope="session")
def context_of_the_page_only():
    """Django's client copies the context for each template within a page; tests look at the page's own."""
    store = test.client.store_rendered_templates

    def store_first(kept, *signal, **facts):
        if "context" not in kept:
            store(kept, *signal, **facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test.client, "store_rendered_templates", store_first)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb):
    """A migrated SQLite file that `bin/tests` has made is copied instead of migrating once more."""
    migrated = os.environ.get("MIGRATED_SQLITE")
    if not (migrated and product.DATABASES["default"]["ENGINE"].endswith("sqlite3")):
        return django_db_keepdb
    shutil.copy(migrated, product.DATABASES["default"]["TEST"]["NAME"])
    return True
