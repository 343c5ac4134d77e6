"""Orders, as far as support needs them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from support_management.core.fields import InstantField
from support_management.core.priority import PRIORITY_WORDS, Priority
from support_management.core.time import now
from support_management.events.live_models import LiveModel
from support_management.events.public_changes import PublicChanges
from support_management.orders.status import PaymentStatus, Status


class Order(PublicChanges, LiveModel):
    """A purchase on a storefront by a client, with or without a writer."""

    public_fields = frozenset(
        {"reference", "website", "client", "writer", "title", "amount", "currency", "status", "payment_status"}
        | {"priority", "deadline"}
    )

    reference = models.CharField(max_length=40)
    website = models.ForeignKey("Website", on_delete=models.PROTECT, related_name="orders")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders_bought")
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="orders_written"
    )
    title = models.CharField(max_length=200)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3, default="EUR")
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING_PAYMENT)
    payment_status = models.CharField(max_length=18, choices=PaymentStatus, default=PaymentStatus.UNPAID)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    deadline = InstantField(null=True, blank=True)
    files_downloaded = models.BooleanField(default=False)
    price_change_pending = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)

    class Meta(LiveModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["website", "reference"], name="one_order_per_reference"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="order_status_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="order_amount_not_negative"),
        ]
        indexes = [
            models.Index(fields=["client", "-id"], name="order_of_client"),
            models.Index(fields=["writer", "-id"], name="order_of_writer"),
            models.Index(fields=["updated_at", "id"], name="order_by_update"),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    @property
    def priority_word(self) -> str:
        return PRIORITY_WORDS[self.priority]
