"""Take a row for a change, and refuse who looked at an older one."""

from django.db import models

from support_management.core.errors import NotFound, Stale


def lock[M: models.Model](model: type[M], pk: int, version: int | None = None, *, related: tuple[str, ...] = ()) -> M:
    """The row, held until the transaction ends. Stale when `version` is given and no longer the row's."""
    rows = model._default_manager.select_for_update(of=("self",)).select_related(*related)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"This {model._meta.verbose_name}")
    if version is not None and version != row.version:
        raise Stale(row)
    return row
