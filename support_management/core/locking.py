"""Row locks and optimistic version checks."""

from functools import cache

from django.db import connection, models

from support_management.core.errors import NotFound, Stale
from support_management.core.prepared_statements import Parameter, PreparedSelect

_LARGEST = models.BigIntegerField.MAX_BIGINT


def lock[M: models.Model](model: type[M], pk: int, version: int | None = None, *, related: tuple[str, ...] = ()) -> M:
    """The row, locked until the transaction ends. NotFound without it; Stale when `version` is not the row's."""
    if not 0 < pk <= _LARGEST:  # no row can have it, and databases refuse it as a key
        raise NotFound(f"This {model._meta.verbose_name}")
    lock_row, read_row = _statements(model, related)
    if related and connection.features.has_select_for_update:
        # Locked before it is read: PostgreSQL would join related rows as they were before the wait for the lock.
        lock_row(pk=pk)
    rows = read_row(pk=pk)
    if not rows:
        raise NotFound(f"This {model._meta.verbose_name}")
    [row] = rows
    require_version(row, version)
    return row


def edit[M: models.Model](row: M, edits: dict, version: int | None) -> M:
    """Write only these fields of the row, locked; returns it as it is then. Stale when `version` is outdated."""
    fresh = lock(type(row), row.pk, version)
    for name, value in edits.items():
        setattr(fresh, name, value)
    fresh.save(update_fields=[*edits])
    return fresh


@cache
def _statements(model: type[models.Model], related: tuple[str, ...]) -> tuple[PreparedSelect, PreparedSelect]:
    """The statement that locks the row, and the one that reads it with its related rows."""

    def queryset() -> models.QuerySet:
        return model._default_manager.filter(pk=Parameter("pk", model._meta.pk)).order_by()

    lock_row = PreparedSelect(lambda: queryset().select_for_update().values_list("pk"))
    return lock_row, PreparedSelect(
        lambda: queryset().select_related(*related) if related else queryset().select_for_update()
    )


def require_version(row: models.Model, version: int | None) -> None:
    """Stale unless `version` is None or the version of the row."""
    if version is not None and version != getattr(row, "version"):  # noqa: B009
        raise Stale(row)
