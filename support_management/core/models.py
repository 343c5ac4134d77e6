"""Tables shared by all packages: number sequences, idempotency keys, heartbeats."""

from typing import ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When

from support_management.core.outside_mark import MARGIN, outside_mark


class NumberSequence(models.Model):
    """Counters of readable numbers (T-10482): one row per kind; numbers are never reused, after a restore neither."""

    NAMES: ClassVar = ("agent", "dispute", "payment_issue", "ticket")
    FIRST: ClassVar = 10_000

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=FIRST)

    class Meta:
        verbose_name = "number sequence"

    def __str__(self):
        return f"{self.name}: {self.value}"

    @classmethod
    def take(cls, name: str, count: int = 1) -> int:
        """Reserve `count` consecutive numbers; returns the first."""
        least = outside_mark.least(name)
        value = Case(When(value__lt=least, then=Value(least + MARGIN + count)), default=F("value") + count)
        with transaction.atomic(savepoint=False):
            if not cls.objects.filter(pk=name).update(value=value):
                cls.objects.get_or_create(pk=name)
                cls.objects.filter(pk=name).update(value=value)
            return cls.objects.values_list("value", flat=True).get(pk=name) - count + 1


class IdempotencyKey(models.Model):
    """The stored response of a write, returned again for the same key of the same person or shop."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    endpoint = models.ForeignKey("ShopEndpoint", null=True, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    response = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key"),
            models.UniqueConstraint(fields=["endpoint", "key"], name="one_answer_per_key_of_shop"),
            models.CheckConstraint(
                condition=Q(user__isnull=False, endpoint__isnull=True) | Q(user__isnull=True, endpoint__isnull=False),
                name="key_of_a_person_or_shop",
            ),
        ]

    def __str__(self):
        return self.key


class Heartbeat(models.Model):
    """The last heartbeat of a part: tail, worker, beat."""

    part = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict, blank=True)

    def __str__(self):
        return self.part
