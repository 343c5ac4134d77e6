"""The one connection of a command that backs up or restores."""

from django.db import connection


def without_pool() -> None:
    """Use a connection of its own: a pool looks like another program, and hides why the database does not answer."""
    connection.settings_dict["OPTIONS"].pop("pool", None)
