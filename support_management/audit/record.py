"""Write one line of the audit, in the transaction of the change."""

from django.db import models

from support_management.audit.models import SupportActionLog
from support_management.core import context


def record(*, by, verb: str, on: models.Model, before: dict | None = None, after: dict | None = None) -> None:
    """`by` is a person or None (the system). Values must fit JSON."""
    door = context.current()
    SupportActionLog.objects.create(
        actor=by,
        verb=verb,
        object_kind=on._meta.model_name,
        object_id=on.pk,
        before=before or {},
        after=after or {},
        door=door.door,
        request_id=door.request_id,
        ip=door.ip,
    )
