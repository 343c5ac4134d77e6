"""Whether a person has seen what they change: nobody's change in between is overwritten, except their own."""

from django.db import models

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.errors import Stale


def require_seen(row: models.Model, version: int | None, *, by: models.Model | None) -> None:
    """Stale unless `version` is None or the row's.

    On a page, changes since then that are all the person's own are no conflict: they know of them. Programs name
    the version exactly, since several of them may act for one person.
    """
    current = getattr(row, "version")  # noqa: B009
    if version is None or version == current:
        return
    on_screen = request_context.current().door in ("console", "admin")
    if not (on_screen and by is not None and _only_by(by, row, seen=version, current=current)):
        raise Stale(row)


def _only_by(person: models.Model, row: models.Model, *, seen: int, current: int) -> bool:
    """Whether each version since then is a change by this person. Writes without a capability have no version."""
    changes = SupportActionLog.objects.filter(object_kind=row._meta.model_name, object_id=row.pk, version__gt=seen)
    pairs = set(changes.order_by().values_list("version", "actor"))
    return len({number for number, _ in pairs}) == current - seen > 0 and all(pk == person.pk for _, pk in pairs)
