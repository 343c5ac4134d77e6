"""Take a row for a change, and refuse who looked at an older one."""

from django.db import connection, models

from support_management.core.errors import NotFound, Stale


def lock[M: models.Model](model: type[M], pk: int, version: int | None = None, *, related: tuple[str, ...] = ()) -> M:
    """The row, held until the transaction ends. Stale when `version` is given and no longer the row's."""
    rows = model._default_manager.filter(pk=pk).order_by()
    if not related:
        rows = rows.select_for_update()
    elif connection.features.has_select_for_update:
        # Locked first and alone: PostgreSQL joins what it read before it waited for the lock.
        list(rows.select_for_update().values_list("pk"))
    row = rows.select_related(*related).first() if related else rows.first()
    if row is None:
        raise NotFound(f"This {model._meta.verbose_name}")
    require_version(row, version)
    return row


def require_version(row: models.Model, version: int | None) -> None:
    """Stale unless the caller saw the row as it is."""
    if version is not None and version != getattr(row, "version"):  # noqa: B009
        raise Stale(row)
