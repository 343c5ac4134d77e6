"""A transaction begins as the rules of locking expect it, whatever the settings say: the database is asked."""

import sqlite3

import pytest
from django.db import connection, transaction

MODES = {
    "sqlite": {"PRAGMA journal_mode": "wal"},
    "postgresql": {
        "SHOW transaction_isolation": "read committed",
        "SHOW transaction_read_only": "off",
        "SHOW lock_timeout": "4s",
        "SHOW statement_timeout": "30s",
        "SHOW idle_in_transaction_session_timeout": "15s",
    },
}


def asked(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def holds_the_write_lock() -> bool:
    """Whether nobody else can begin to write. On PostgreSQL rows are locked, never the database."""
    if connection.vendor != "sqlite":
        return True
    other = sqlite3.connect(connection.settings_dict["NAME"], timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    finally:
        other.close()
    return False


@pytest.mark.django_db
def test_the_database_is_in_the_mode_that_locking_relies_on():
    assert {statement: asked(statement) for statement in MODES[connection.vendor]} == MODES[connection.vendor]


@pytest.mark.django_db
def test_a_transaction_holds_the_lock_before_it_writes():
    """A deferred one would read first and then fail to write behind somebody else's commit."""
    with transaction.atomic():
        assert holds_the_write_lock()
