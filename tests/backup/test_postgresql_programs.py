"""The programs of PostgreSQL: which one is taken, what is said without one, and that no secret is on a command line."""

import pytest
from django.db import connection, connections

from support_management.management.backup import postgresql
from support_management.management.backup.errors import BackupError


@pytest.fixture
def installed(monkeypatch):
    """`installed({"/a/pg_dump": 15})` are the programs of a machine whose server has version 16."""

    def installed(programs: dict[str, int]) -> None:
        monkeypatch.setattr(postgresql, "_execute", lambda query: [("160004",)])
        monkeypatch.setattr(postgresql, "_paths", lambda name: set(programs))
        monkeypatch.setattr(postgresql, "_version", programs.get)

    return installed


@pytest.mark.parametrize(
    ("programs", "taken"),
    [({"/a": 16}, "/a"), ({"/a": 15, "/b": 17}, "/b"), ({"/a": 18, "/b": 16, "/c": 9}, "/b")],
)
def test_the_nearest_version_that_can_read_the_server(installed, programs, taken):
    installed(programs)
    assert postgresql.program("pg_dump") == taken


@pytest.mark.parametrize(("programs", "word"), [({}, "is missing"), ({"/a": 15, "/b": 9}, "15 is too old")])
def test_one_line_without_one(installed, programs, word):
    installed(programs)
    with pytest.raises(BackupError) as told:
        postgresql.program("pg_dump")
    assert word in str(told.value)
    assert str(told.value).endswith("16.")


def test_the_address_is_in_the_environment_only(monkeypatch):
    given = {"NAME": "desk", "USER": "ana", "PASSWORD": "a secret", "HOST": "db.example", "PORT": 5433}
    options = {"sslmode": "require", "options": "-c statement_timeout=30000", "connect_timeout": 3, "pool": {}}
    monkeypatch.setattr(connections[connection.alias], "settings_dict", given | {"OPTIONS": options})
    found = postgresql.environment()
    names = ("PGDATABASE", "PGUSER", "PGPASSWORD", "PGHOST", "PGPORT", "PGSSLMODE")
    assert [found[name] for name in names] == ["desk", "ana", "a secret", "db.example", "5433", "require"]
    assert "PGOPTIONS" not in found
