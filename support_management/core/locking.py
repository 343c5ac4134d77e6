"""Take a row for a change, and refuse who looked at an older one."""

from functools import cache

from django.db import connection, models

from support_management.core.errors import NotFound, Stale
from support_management.core.prepared_statements import Parameter, PreparedSelect

_LARGEST = models.BigIntegerField.MAX_BIGINT


def lock[M: models.Model](model: type[M], pk: int, version: int | None = None, *, related: tuple[str, ...] = ()) -> M:
    """The row, held until the transaction ends. Stale when `version` is given and no longer the row's."""
    if not 0 < pk <= _LARGEST:  # no row can have it, and no database takes it for a key
        raise NotFound(f"This {model._meta.verbose_name}")
    held, whole = _reads(model, related)
    if related and connection.features.has_select_for_update:
        # Locked first and alone: PostgreSQL joins what it read before it waited for the lock.
        held(pk=pk)
    found = whole(pk=pk)
    if not found:
        raise NotFound(f"This {model._meta.verbose_name}")
    [row] = found
    require_version(row, version)
    return row


@cache
def _reads(model: type[models.Model], related: tuple[str, ...]) -> tuple[PreparedSelect, PreparedSelect]:
    """The lock alone, and the row with what is asked for beside it."""

    def rows() -> models.QuerySet:
        return model._default_manager.filter(pk=Parameter("pk", model._meta.pk)).order_by()

    held = PreparedSelect(lambda: rows().select_for_update().values_list("pk"))
    return held, PreparedSelect(lambda: rows().select_related(*related) if related else rows().select_for_update())


def require_version(row: models.Model, version: int | None) -> None:
    """Stale unless the caller saw the row as it is."""
    if version is not None and version != getattr(row, "version"):  # noqa: B009
        raise Stale(row)
