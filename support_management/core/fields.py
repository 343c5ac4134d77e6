"""Columns whose values come from outside."""

from django.db import models

from support_management.core.date_range import clamped
from support_management.core.time import validate_range


class InstantField(models.DateTimeField):
    """An instant that a person or program chooses: checked on the way in, and read as the nearest of the range.

    To migrations it is Django's own field: the column is the same.
    """

    default_validators = [validate_range]

    def from_db_value(self, value, expression, connection):
        return value and clamped(value)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, kwargs
