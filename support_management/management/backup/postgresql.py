"""PostgreSQL: the server's own pg_dump at a snapshot; pg_restore's statements in one transaction of ours."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from django.db import connection, transaction
from psycopg.pq import Conninfo

from support_management.core.snapshot import snapshot, without_limits
from support_management.management.backup import manifest as manifests
from support_management.management.backup.archive import ArchiveWriter
from support_management.management.backup.errors import BackupError
from support_management.management.backup.manifest import Manifest

MEMBER = "desk.pgdump"
FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")
"""Where packages put the programs of a version that is not in PATH."""
NOT_EVERYWHERE = (b"\\", b"SET transaction_timeout")
"""Lines for psql, and a setting that servers before version 17 do not know."""
KEYWORDS = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
DROP_ALL = """DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
        EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', name);
    END LOOP;
    FOR name IN SELECT proname FROM pg_proc p
        WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
            AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
        EXECUTE format('DROP FUNCTION IF EXISTS %I CASCADE', name);
    END LOOP;
END $$"""


def dump(writer: ArchiveWriter, beside: Path) -> Manifest:
    """Add the dump of a snapshot, whose rows are counted at the same snapshot."""
    with snapshot():
        exported = _execute("SELECT pg_export_snapshot()")[0][0]
        described = manifests.describe(_execute, vendor="postgresql", tables=_tables())
        command = [program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={exported}"]
        with _output_of(command) as output:
            writer.add(MEMBER, output, compressed=True)
    return described


def _execute(query: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []


def _tables() -> list[str]:
    return [name for (name,) in _execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")]


def program(name: str) -> str:
    """The path of pg_dump or pg_restore, at least of the version of the server, the nearest first."""
    server = int(_execute("SHOW server_version_num")[0][0]) // 10_000
    versions = sorted((_version(path), path) for path in _paths(name))
    if not versions:
        raise BackupError(f"{name} is missing: install the client programs of PostgreSQL {server}.")
    for version, path in versions:
        if version >= server:
            return path
    raise BackupError(f"{name} {versions[-1][0]} is too old for PostgreSQL {server}: install that of {server}.")


def _paths(name: str) -> set[str]:
    found = {str(path) for folder in FOLDERS for path in Path("/").glob(f"{folder}/{name}")}
    return found | {path for path in [shutil.which(name)] if path}


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], text=True, capture_output=True).stdout  # noqa: S603
    match = re.search(r"\) (\d+)", said)
    return int(match[1]) if match else 0


def environment() -> dict[str, str]:
    """How libpq finds the database: nothing of it is on a command line, where others could read it."""
    given = connection.settings_dict
    values = {keyword: given[name] for name, keyword in KEYWORDS.items() if given[name]}
    values |= {name: value for name, value in given["OPTIONS"].items() if name != "options"}
    variables = {entry.keyword.decode(): entry.envvar for entry in Conninfo.get_defaults()}
    named = {variables[name]: value for name, value in values.items() if variables.get(name)}
    return os.environ | {variable.decode(): str(value) for variable, value in named.items() if variable}


@contextmanager
def _output_of(command: list[str]) -> Iterator[IO[bytes]]:
    """What a program of PostgreSQL prints. BackupError with its own words when it fails."""
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(command, env=environment(), stdout=-1, stderr=complaints) as process,  # noqa: S603
    ):
        try:
            yield cast(IO[bytes], process.stdout)
        except BaseException:
            process.kill()
            raise
        if process.wait():
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip().splitlines() or ["no reason given"]
            raise BackupError(f"{Path(command[0]).name} failed: {said[0].partition('error: ')[2] or said[0]}")


@contextmanager
def held() -> Iterator[bool]:
    """Yields whether nobody has used this database yet.

    BackupError while another program is connected to it: the desk is running, here or on another machine.
    """
    others = _execute(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )[0][0]
    if others:
        raise BackupError(f"Other programs are connected to the database ({others}): stop the desk first.")
    yield not manifests.is_used(_execute, _tables())


def load(dump: Path, manifest: Manifest, before_commit: Callable[[], None]) -> None:
    """Replace all tables by those of the dump and let `before_commit` change them, in one transaction."""
    restore = [program("pg_restore"), "--file=-", "--no-owner", "--no-privileges", "--no-comments"]
    with transaction.atomic():
        without_limits()
        _execute(DROP_ALL)
        for section in ("pre-data", "data", "post-data"):
            with _output_of([*restore, f"--section={section}", str(dump)]) as statements:
                _run(statements)
        _execute("RESET search_path")
        if manifests.counts(_execute, _tables()) != manifest.counts:
            raise BackupError("The database in this backup is damaged (rows are missing).")
        before_commit()
    connection.close()  # the dump has changed settings of this connection


def _run(statements: IO[bytes]) -> None:
    """Execute a script of pg_restore: statements, and rows behind COPY."""
    waiting: list[bytes] = []
    with connection.cursor() as wrapper, connection.wrap_database_errors, wrapper.connection.cursor() as cursor:
        for line in statements:
            if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                cursor.execute(b"".join(waiting))
                waiting.clear()
                with cursor.copy(line) as copy:
                    for row in statements:
                        if row == b"\\.\n":
                            break
                        copy.write(row)
            elif not line.startswith(NOT_EVERYWHERE):
                waiting.append(line)
        cursor.execute(b"".join(waiting))
