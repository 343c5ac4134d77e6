"""Orders, as far as support needs them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from support_management.core.fields import InstantField
from support_management.core.keyset import IntegerPart, Keyset
from support_management.core.money_columns import MoneyField
from support_management.core.priority import PRIORITY_WORDS, Priority
from support_management.core.time import now
from support_management.events.live_models import LiveModel
from support_management.events.public_changes import PublicChanges
from support_management.orders.status import OPEN, PaymentStatus, Status

KEYSET = Keyset[int](IntegerPart(width=18, descending=True))
"""Keys of lists of orders, newest first."""


class Order(PublicChanges, LiveModel):
    """A purchase on a storefront by a client, with or without a writer.

    What was paid and `shop_payment_status` are the shop's facts. The sums of money effects are kept by the database
    (triggers); `payment_status` follows from both (`orders.money.payment_status`).
    """

    public_fields = frozenset(
        {"reference", "website", "client", "writer", "title", "amount", "paid_amount", "currency", "status"}
        | {"payment_status"}
        | {"priority", "deadline"}
    )

    reference = models.CharField(max_length=40)
    website = models.ForeignKey("Website", on_delete=models.PROTECT, related_name="orders")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders_bought")
    writer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="orders_written"
    )
    title = models.CharField(max_length=200)
    amount = MoneyField()
    paid_amount = MoneyField(default=0, db_default=0, help_text="What the shop received for it.")
    committed_amount = MoneyField(
        default=0, db_default=0, editable=False, help_text="Money effects asked for, decided, sent or confirmed."
    )
    legacy_amount = MoneyField(
        default=0, db_default=0, editable=False, help_text="The part of it from before amounts were checked."
    )
    undecided_amount = MoneyField(
        default=0, db_default=0, editable=False, help_text="Money effects that the shop confirmed and nobody decided."
    )
    held_amount = MoneyField(default=0, db_default=0, editable=False, help_text="What an open chargeback holds.")
    currency = models.CharField(max_length=3, default="EUR")
    status = models.CharField(max_length=16, choices=Status, default=Status.PENDING_PAYMENT)
    payment_status = models.CharField(
        max_length=18, choices=PaymentStatus, default=PaymentStatus.UNPAID, editable=False
    )
    shop_payment_status = models.CharField(
        "payment status of the shop",
        max_length=18,
        choices=PaymentStatus,
        default=PaymentStatus.UNPAID,
        db_default=PaymentStatus.UNPAID,
        help_text="As the shop said it last.",
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    deadline = InstantField(null=True, blank=True)
    files_downloaded = models.BooleanField(default=False)
    files_enabled = models.BooleanField(default=True, help_text="Whether the client may download the files.")
    price_change_pending = models.BooleanField(default=False)
    held_from = models.CharField(
        max_length=16, choices=Status, blank=True, editable=False, help_text="Status before it was put on hold."
    )
    held_until = InstantField(null=True, blank=True, editable=False, help_text="When it is released by itself.")
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)

    class Meta(LiveModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["website", "reference"], name="one_order_per_reference"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="order_status_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="order_amount_not_negative"),
            models.CheckConstraint(condition=Q(paid_amount__gte=0), name="order_paid_not_negative"),
            models.CheckConstraint(
                condition=Q(committed_amount__lte=F("paid_amount")) | Q(committed_amount=F("legacy_amount")),
                name="order_not_over_refunded",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-id"], name="order_of_client"),
            models.Index(fields=["writer", "-id"], name="order_of_writer"),
            models.Index(fields=["updated_at", "id"], name="order_by_update"),
            models.Index(fields=["status", "-id"], name="order_by_status"),
            models.Index(fields=["held_until"], name="order_held", condition=Q(held_until__isnull=False)),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        return reverse("order", args=[self.pk])

    @property
    def priority_word(self) -> str:
        return PRIORITY_WORDS[self.priority]

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def order_key(self) -> str:
        """Sorts lists: newest first."""
        return KEYSET.encode(self.pk)
