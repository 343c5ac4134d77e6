"""The newest position of an embedded database, read often."""

import sqlite3
from urllib.parse import quote

from django.db import connection

from support_management.events.models import DomainEvent


class EmbeddedHead:
    """Reads the newest position directly from the SQLite file, in microseconds, so that it can be polled often."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        table = connection.ops.quote_name(DomainEvent._meta.db_table)
        self._query = f"SELECT MAX(pos) FROM {table}"  # noqa: S608

    def head(self) -> int:
        """The newest position; -1 when it cannot be read: the regular query then reports the error."""
        try:
            if self._connection is None:
                address = f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro"
                self._connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=0)
            return self._connection.execute(self._query).fetchone()[0] or 0
        except sqlite3.Error:
            self._connection = None
            return -1
