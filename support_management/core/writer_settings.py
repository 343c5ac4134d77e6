"""How triggers of the database learn who writes, and which append-only table may be emptied: for one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, transaction

SETTINGS = ("desk.actor", "desk.door", "desk.request", "desk.cause")
"""Settings of PostgreSQL, in the order of `request_context.writer`."""
EXEMPT = "desk.exempt"
SQLITE_TABLE = "support_management_writer"
"""A table of SQLite: nobody else sees its rows, since they are gone before the transaction ends."""
SQLITE_COLUMNS = (
    "id integer PRIMARY KEY, actor_id bigint, door varchar(10), request_id varchar(64), cause varchar(100), "
    "exempt varchar(80)"
)
WRITER, _EXEMPTION = 1, 2
"""Keys of its rows."""


@contextmanager
def exempted(table: str, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Within, the database lets rows of this append-only table ("*": of every one) be changed and deleted."""
    with transaction.atomic(using=using):
        _exempt(table, using)
        yield
        _exempt("", using)


def _exempt(table: str, using: str) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config(%s, %s, true)", [EXEMPT, table])
        elif not table:
            cursor.execute(f"DELETE FROM {SQLITE_TABLE} WHERE id <> %s", [WRITER])  # noqa: S608
        else:
            into = f"INSERT OR REPLACE INTO {SQLITE_TABLE} (id, exempt) VALUES (%s, %s)"  # noqa: S608
            cursor.execute(into, [_EXEMPTION, table])
