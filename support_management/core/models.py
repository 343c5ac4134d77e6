"""Small tables every concept leans on."""

from django.conf import settings
from django.db import models, transaction
from django.db.models import F


class NumberSequence(models.Model):
    """Human numbers (T-10482): one row per kind, never given twice."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=10_000)

    class Meta:
        verbose_name = "number sequence"

    def __str__(self):
        return f"{self.name}: {self.value}"

    @classmethod
    def take(cls, name: str, count: int = 1) -> int:
        """The first of `count` fresh numbers."""
        with transaction.atomic(savepoint=False):
            if not cls.objects.filter(pk=name).update(value=F("value") + count):
                cls.objects.get_or_create(pk=name)
                cls.objects.filter(pk=name).update(value=F("value") + count)
            return cls.objects.values_list("value", flat=True).get(pk=name) - count + 1


class IdempotencyKey(models.Model):
    """What a write answered, so that the same key answers the same again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    response = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key")]

    def __str__(self):
        return self.key


class Heartbeat(models.Model):
    """The last sign of life of a part: tail, worker, beat."""

    part = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict, blank=True)

    def __str__(self):
        return self.part
