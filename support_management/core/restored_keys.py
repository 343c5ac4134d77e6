"""A new connection to a database that was restored: keys of rows go on above those that were given before.

A tail notices the restore within a second. Whoever writes before that would give keys again.
"""

import json
import sqlite3

from psycopg import Connection
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from support_management.core.outside_mark import MARGIN, outside_mark

HISTORY_LOCK = 0x5E_D0_17
"""Advisory lock of who gives positions or begins a history; any constant that is unique in the product."""
EVENTS = "support_management_domainevent"
"""Every change adds a row to it, so its key tells whether a database is behind the mark."""

_LAST_ON_POSTGRESQL = f"""
SELECT pg_sequence_last_value(pg_get_serial_sequence('{EVENTS}', 'id')::regclass)
WHERE to_regclass('{EVENTS}') IS NOT NULL
"""
_RAISE_ON_POSTGRESQL = """
SELECT setval(s.oid::regclass, known.value::bigint + %s) FROM pg_class s
JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
JOIN pg_class t ON t.oid = d.refobjid AND pg_table_is_visible(t.oid)
JOIN json_each_text(%s::json) known ON known.key = t.relname
WHERE s.relkind = 'S' AND coalesce(pg_sequence_last_value(s.oid), 0) < known.value::bigint
"""
_LAST_ON_SQLITE = f"SELECT seq FROM sqlite_sequence WHERE name = '{EVENTS}'"  # noqa: S608
_RAISE_ON_SQLITE = """
UPDATE sqlite_sequence SET seq = known.value + ? FROM json_each(?) AS known
WHERE known.key = sqlite_sequence.name AND sqlite_sequence.seq < known.value
"""


def go_on_above_the_mark_on_postgresql(connection: Connection) -> None:
    """One statement, unless the database is behind the mark. Nothing has been written by this connection."""
    known = outside_mark.numbers()
    try:
        if _is_behind(known, connection.execute(_LAST_ON_POSTGRESQL).fetchone()):
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", [HISTORY_LOCK])
                connection.execute(_RAISE_ON_POSTGRESQL, [MARGIN, json.dumps(known)])
    except (ReadOnlySqlTransaction, InsufficientPrivilege):
        connection.rollback()  # who cannot write gives no key


def go_on_above_the_mark_on_sqlite(connection: sqlite3.Connection) -> None:
    """The same for an embedded desk."""
    known = outside_mark.numbers()
    try:
        if _is_behind(known, connection.execute(_LAST_ON_SQLITE).fetchone()):
            connection.execute(_RAISE_ON_SQLITE, [MARGIN, json.dumps(known)])
    except sqlite3.OperationalError as error:
        if not str(error).startswith(("no such table", "attempt to write a readonly database")):
            raise  # there are no keys yet, or who cannot write gives none


def _is_behind(known: dict[str, int], found: tuple | None) -> bool:
    return found is not None and (found[0] or 0) < known.get(EVENTS, 0)
