"""The database backend: its connections keep the limits on waiting, and so does waiting for one of them.

They tell the audit who writes.
"""

import time

from django.db.backends.postgresql import base, schema
from django.db.utils import DatabaseErrorWrapper, OperationalError
from django.utils.functional import cached_property
from psycopg import IsolationLevel, errors

from console.postgresql.connection import LimitedConnection
from support_management.audit.connection import AuditedConnection, AuditedSchemaEditor
from support_management.core import database_wait, restored_keys

CONNECT_SECONDS = 3
"""For setting up a connection that is open; opening it has `connect_timeout`."""
NO_BUGS = (errors.ReadOnlySqlTransaction, errors.IdleInTransactionSessionTimeout, errors.TransactionTimeout)
"""psycopg counts these among the internal errors: a standby, and transactions that the server has ended."""


class _Errors(DatabaseErrorWrapper):
    """What the state of the server forbids is an OperationalError: it is answered like a server that is away."""

    def __exit__(self, exc_type, exc_value, traceback):
        if isinstance(exc_value, NO_BUGS):
            self.wrapper.errors_occurred = True  # type: ignore[attr-defined]
            raise OperationalError(*exc_value.args).with_traceback(traceback) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


class DatabaseSchemaEditor(AuditedSchemaEditor, schema.DatabaseSchemaEditor):
    pass


class DatabaseWrapper(AuditedConnection, base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    @cached_property
    def wrap_database_errors(self):
        return _Errors(self)

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
            restored_keys.go_on_above_the_mark_on_postgresql(connection)
            super()._configure_connection(connection)  # type: ignore[misc]
        return True  # a look has begun a transaction: end it
