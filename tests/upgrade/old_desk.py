"""A desk from before a migration, in an empty database of its own: its rows go through every later migration once."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from support_management import migrations

APP = "support_management"


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """Django's connection leads to another database for a while."""
    usual = connection.settings_dict["NAME"]
    other = "old_desk" if connection.vendor == "postgresql" else folder / "old.sqlite3"
    _on_server(f"CREATE DATABASE {other}")
    _go_to(other)
    try:
        yield
    finally:
        _go_to(usual)
        _on_server(f"DROP DATABASE {other}")


def _on_server(sql: str) -> None:
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(sql)


def _go_to(name: str | Path) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


class OldDesk:
    """Migrates forward; answers with the models as they are there."""

    def before(self, words: str) -> "Past":
        """The desk as it is before the migration with these words in its name."""
        [name] = [file.stem for file in Path(migrations.__path__[0]).glob(f"*_{words}.py")]
        return Past(self._migrate(import_module(f"{APP}.migrations.{name}").Migration.dependencies))

    def to_the_newest(self) -> None:
        self._migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())
        emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)

    def _migrate(self, targets):
        executor = MigrationExecutor(connection)
        executor.migrate(list(targets))
        return executor.loader.project_state(list(targets)).apps


class Past:
    """Rows of the time between two migrations."""

    def __init__(self, models):
        self.models = models

    def objects(self, name: str):
        return self.models.get_model(APP, name).objects

    def person(self, username: str, role: str, **facts):
        return self.objects("User").get_or_create(
            username=username, defaults={"role": role, "email": f"{username}@desk.example"} | facts
        )[0]

    def website(self):
        return self.objects("Website").get_or_create(name="North", defaults={"domain": "north.example"})[0]

    def kind(self):
        return self.objects("TicketType").get_or_create(slug="question", defaults={"name": "Question"})[0]

    def policy(self, name: str, position: int, conditions: dict):
        calendar, _ = self.objects("BusinessCalendar").get_or_create(name="Always")
        policy = self.objects("SLAPolicy").create(
            name=name, position=position, calendar=calendar, conditions=conditions
        )
        self.objects("SLAPolicyVersion").create(number=1, calendar=calendar, policy=policy)
        return policy
