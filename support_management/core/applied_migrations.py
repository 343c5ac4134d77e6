"""Whether database and code belong together, by the names of their migrations."""

import pkgutil
import sys
from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

type MigrationName = tuple[str, str]
"""App label and name, as Django stores them."""


def in_code() -> set[MigrationName]:
    """The migrations of the installed apps, by their files: importing them costs much more."""
    return {
        (app.label, module.name)
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
        if not module.ispkg and module.name[0] not in "_~"
    }


def in_database() -> set[MigrationName]:
    """The migrations that have been applied; none in a database without a schema."""
    return set(MigrationRecorder(connection).applied_migrations())


def unknown(applied: Iterable[MigrationName]) -> list[MigrationName]:
    """Those of installed apps that the code does not have: a newer version has applied them."""
    labels = {app.label for app in apps.get_app_configs()}
    extra = {name for name in applied if name[0] in labels} - in_code()
    if extra:
        migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
        extra -= {replaced for migration in migrations for replaced in migration.replaces}
    return sorted(extra)


def refusal(applied: Iterable[MigrationName]) -> str:
    """Why this code must not run on a database with these migrations, in one line; empty when it may."""
    extra = unknown(applied)
    if not extra:
        return ""
    named = ".".join(extra[-1])
    return (
        f"The database belongs to a newer version of the desk ({named} is unknown here): "
        "start that version, or restore a backup of this one."
    )


def stop_if_newer() -> None:
    """End this process with one line when a newer version has migrated the database. For each kind of process.

    A database that does not answer is no reason: the process waits for it. The connection is one of its own, closed
    before the process forks or serves.
    """
    own = connection.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    try:
        sentence = refusal(MigrationRecorder(own).applied_migrations())
    except DatabaseError:
        sentence = ""
    finally:
        own.close()
    if sentence:
        sys.stderr.write(f"{sentence}\n")
        raise SystemExit(2)
