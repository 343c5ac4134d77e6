"""The database backend: its connections keep the limits on waiting, and so does waiting for one of them."""

import time

from django.db.backends.postgresql import base
from psycopg import IsolationLevel

from console.postgresql.connection import LimitedConnection
from support_management.core import database_wait

CONNECT_SECONDS = 3
"""For setting up a connection that is open; opening it has `connect_timeout`."""


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, settings_dict, *args, **options):
        super().__init__(settings_dict, *args, **options)
        if pool := self.settings_dict["OPTIONS"].get("pool"):
            pool["connection_class"] = LimitedConnection

    def get_new_connection(self, conn_params):
        isolation = self.settings_dict["OPTIONS"].get("isolation_level")
        self.isolation_level = IsolationLevel(isolation or IsolationLevel.READ_COMMITTED)
        connection = self._from_pool() if self.pool else LimitedConnection.connect(**conn_params)
        if isolation:
            connection.isolation_level = self.isolation_level
        return connection

    def _from_pool(self):
        self.pool.open()
        limit = database_wait.current()
        if limit is None:
            return self.pool.getconn()
        began, left = time.monotonic(), limit.left
        try:
            return self.pool.getconn(min(limit.seconds(), self.pool.timeout))
        finally:
            limit.left = left - (time.monotonic() - began)

    def _configure_connection(self, connection):
        with database_wait.limited(CONNECT_SECONDS):
            return super()._configure_connection(connection)  # type: ignore[misc]
