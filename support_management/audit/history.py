"""Audit history of one object: what was done, and which values were written."""

from django.db import models

from support_management.audit.audited import kinds_of
from support_management.audit.models import RecordChangeLog, SupportActionLog


def latest(on: models.Model, count: int) -> list[SupportActionLog]:
    """The last actions on an object, oldest first, with their actors."""
    rows = SupportActionLog.objects.filter(object_kind=on._meta.model_name, object_id=on.pk)
    return list(rows.select_related("actor").order_by("-id")[:count])[::-1]


def changes_of(on: models.Model) -> models.QuerySet[RecordChangeLog]:
    """The written values of an object and of its links to others, newest first, with their actors."""
    kinds = kinds_of(on._meta.model_name or "")
    rows = RecordChangeLog.objects.filter(object_kind__in=kinds, object_id=on.pk)
    return rows.select_related("actor").order_by("-id")
