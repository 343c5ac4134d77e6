"""Rows with a readable number, such as T-10482."""

from typing import ClassVar

from django.db import models

from support_management.core.models import NumberSequence


class NumberedModel(models.Model):
    """`number` is assigned once, on the first save, from the sequence of its kind."""

    number_sequence: ClassVar[str]
    number_prefix: ClassVar[str]

    number = models.CharField(max_length=20, unique=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **options):
        if not self.number:
            self.before_bulk_create([self])
        super().save(*args, **options)

    @classmethod
    def before_bulk_create(cls, rows: list) -> None:
        """Number the rows without a number, with one statement for all."""
        unnumbered = [row for row in rows if not row.number]
        if unnumbered:
            first = NumberSequence.take(cls.number_sequence, len(unnumbered))
            for offset, row in enumerate(unnumbered):
                row.number = f"{cls.number_prefix}-{first + offset}"
