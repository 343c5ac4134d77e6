"""Rows with a readable number, such as T-10482."""

import re
from functools import cache
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

    @classmethod
    def number_in(cls, text: str) -> str | None:
        """The number that a person means by T-10482, t10482, #10482 or 10482; None for other texts."""
        match = _typed(cls.number_prefix).fullmatch(text)
        return f"{cls.number_prefix}-{int(match[1])}" if match else None


@cache
def _typed(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"\s*+#?\s*+(?:{prefix}\s*+-?\s*+)?([0-9]{{1,15}})\s*+", re.IGNORECASE)
