"""What an archive holds, in words and numbers: read before anything is restored."""

import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from django.conf import settings

from support_management.core.time import now
from support_management.events.models import DomainEvent, Epoch
from support_management.management.backup.errors import BackupError
from support_management.models import Order, Ticket, User

PRODUCT = "support-console"
FORMAT = 1
"""Raised when an older version could not restore the archive."""
MIGRATIONS = "django_migrations"

type Execute = Callable[[str], Sequence[Sequence[Any]]]
"""Runs a query on the database that is backed up, or on its copy; returns the rows."""


@dataclass(slots=True)
class Manifest:
    """`migrations` are all that were applied, as "app.name"; `counts` the rows of each table; `members` the files."""

    format: int
    product: str
    version: str
    made_at: str
    vendor: str
    migrations: list[str]
    head: int
    epoch: str
    counts: dict[str, int]
    members: dict[str, dict] = field(default_factory=dict)

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode()

    def applied(self) -> set[tuple[str, str]]:
        return {(label, name) for label, _, name in (entry.partition(".") for entry in self.migrations)}

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def version() -> str:
    """The version of the product."""
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def describe(execute: Execute, *, vendor: str, tables: Sequence[str]) -> Manifest:
    """The manifest of a database, without members. By plain queries: its schema may be older than the models."""
    if MIGRATIONS not in tables:
        raise BackupError("There is no desk to back up: its database is empty. Start it once with `make run`.")
    events, epochs = DomainEvent._meta.db_table, Epoch._meta.db_table
    epoch = execute(f'SELECT value FROM "{epochs}" ORDER BY id LIMIT 1') if epochs in tables else ()  # noqa: S608
    head = execute(f'SELECT MAX(pos) FROM "{events}"')[0][0] if events in tables else 0  # noqa: S608
    return Manifest(
        format=FORMAT,
        product=PRODUCT,
        version=version(),
        made_at=now().isoformat(timespec="seconds"),
        vendor=vendor,
        migrations=sorted(f"{app}.{name}" for app, name in execute(f"SELECT app, name FROM {MIGRATIONS}")),  # noqa: S608
        head=head or 0,
        epoch=str(epoch[0][0]) if epoch else "",
        counts=counts(execute, tables),
    )


def counts(execute: Execute, tables: Sequence[str]) -> dict[str, int]:
    """The number of rows of each table."""
    return {table: execute(f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in sorted(tables)}  # noqa: S608


def parse(text: bytes) -> Manifest:
    """The manifest of an archive. BackupError when it is none of ours, or of a later format."""
    kinds = {"format": int, "migrations": list, "head": int, "counts": dict, "members": dict}
    try:
        values = json.loads(text)
        known = {entry.name: values[entry.name] for entry in fields(Manifest)}
        if any(not isinstance(known[name], kinds.get(name, str)) for name in known):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise BackupError("This is not a backup of a desk: its manifest cannot be read.") from None
    manifest = Manifest(**known)
    if manifest.product != PRODUCT:
        raise BackupError(f"This is a backup of {manifest.product}, not of a desk.")
    if manifest.format > FORMAT:
        raise BackupError(f"This backup was made by a newer version ({manifest.version}): restore it with that one.")
    return manifest


def is_used(execute: Execute, tables: Sequence[str]) -> bool:
    """Whether somebody has used the desk: there are people or work."""
    telling = {model._meta.db_table for model in (User, Ticket, Order)} & set(tables)
    return any(execute(f'SELECT 1 FROM "{table}" LIMIT 1') for table in telling)  # noqa: S608
