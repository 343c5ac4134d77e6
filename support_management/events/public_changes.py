"""Work that its parties read as well: when it last changed for them."""

from collections.abc import Iterable
from typing import ClassVar

from django.db import models

from support_management.core.time import now


class PublicChanges(models.Model):
    """`public_updated_at` is the last change of `public_fields`, or of what else the parties read of it."""

    public_fields: ClassVar[frozenset[str]]

    public_updated_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def is_public(cls, fields: Iterable[str]) -> bool:
        """Whether the parties see a change of these fields."""
        return not cls.public_fields.isdisjoint(name.removesuffix("_id") for name in fields)

    @classmethod
    def _stamp(cls, fields):
        """For writes without a capability; no field named means all."""
        stamp = super()._stamp(fields)  # type: ignore[misc]
        named = set(fields)
        if "public_updated_at" not in named and (not named or cls.is_public(named)):
            stamp["public_updated_at"] = now()
        return stamp
