"""Audit history of one object."""

from django.db import models

from support_management.audit.models import SupportActionLog


def latest(on: models.Model, count: int) -> list[SupportActionLog]:
    """The last actions on an object, oldest first, with their actors."""
    rows = SupportActionLog.objects.filter(object_kind=on._meta.model_name, object_id=on.pk)
    return list(rows.select_related("actor").order_by("-id")[:count])[::-1]
