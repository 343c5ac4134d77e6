"""One line of the audit, in the transaction of the change."""

from django.db import models

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.prepared_statements import PreparedInsert

_write = PreparedInsert(SupportActionLog)


def record(*, by, verb: str, on: models.Model, before: dict | None = None, after: dict | None = None) -> None:
    """`by` is a person or None (the system). Values must fit JSON."""
    by_id = by.pk if by else None
    write(by_id=by_id, verb=verb, kind=on._meta.model_name or "", pk=on.pk, before=before, after=after)


def write(
    *, by_id: int | None, verb: str, kind: str, pk: int | None, before: dict | None = None, after: dict | None = None
) -> None:
    """The same, when only the ids are known. `pk` None: many rows of the kind."""
    door = request_context.current()
    _write(
        SupportActionLog(
            actor_id=by_id,
            verb=verb,
            object_kind=kind,
            object_id=pk,
            before=before or {},
            after=after or {},
            door=door.door,
            request_id=door.request_id,
            ip=door.ip,
        )
    )
