"""Writes audit entries in the transaction of the change."""

from django.db import models

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.prepared_statements import PreparedInsert

_insert = PreparedInsert(SupportActionLog)


def record(*, by, verb: str, on: models.Model, before: dict | None = None, after: dict | None = None) -> None:
    """Record an action on an object, after the object has changed. `by` is a user or None (the system).

    Values must fit JSON and name nobody: ids, states, numbers and labels, no names and no text of people.
    """
    by_id, version = by.pk if by else None, getattr(on, "version", None)
    kind = on._meta.model_name or ""
    write(by_id=by_id, verb=verb, kind=kind, pk=on.pk, before=before, after=after, version=version)


def write(
    *,
    by_id: int | None,
    verb: str,
    kind: str,
    pk: int | None,
    before: dict | None = None,
    after: dict | None = None,
    version: int | None = None,
) -> None:
    """`record` by ids. `pk` None: a bulk write of the kind."""
    context = request_context.current()
    _insert(
        SupportActionLog(
            actor_id=by_id,
            verb=verb,
            object_kind=kind,
            object_id=pk,
            version=version if isinstance(version, int) else None,
            before=before or {},
            after=after or {},
            door=context.door,
            request_id=context.request_id,
            ip=context.ip,
        )
    )
