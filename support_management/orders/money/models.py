"""Money that the desk decided to move. The shop moves it and confirms."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from support_management.core.errors import NotAllowed
from support_management.core.money import money_text
from support_management.core.money_columns import MoneyField
from support_management.core.time import now
from support_management.events.live_models import LiveModel, LiveQuerySet
from support_management.orders.money.status import UNDER_WAY, State


class Kind(models.TextChoices):
    REFUND = "refund", "Refund"
    PARTIAL_REFUND = "partial_refund", "Partial refund"
    GOODWILL = "goodwill", "Goodwill"
    EXTRA_GOODWILL = "extra_goodwill", "Goodwill above the amount paid"
    CHARGEBACK_ACCEPTED = "chargeback_accepted", "Accepted chargeback"
    WRITER_PAYMENT = "writer_payment", "Payment to the writer"


class Cause(models.TextChoices):
    DISPUTE = "dispute", "Dispute"
    ORDER_ACTION = "order_action", "Order action"
    PAYMENT_ISSUE = "payment_issue", "Payment issue"


BEYOND = (Kind.EXTRA_GOODWILL.value,)
"""Kinds that are not taken from the amount paid."""


class KeptQuerySet(LiveQuerySet):
    """Money effects are cancelled, not deleted."""

    def delete(self):
        raise _kept()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


class MoneyEffect(LiveModel):
    """An amount that goes to somebody because of an order. `legacy`: from before amounts were checked.

    `undecided`: the shop confirmed what nobody had decided, or what had failed or was cancelled.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="money_effects")
    amount = MoneyField()
    currency = models.CharField(max_length=3)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=16, choices=Cause)
    dispute = models.ForeignKey(
        "Dispute", null=True, blank=True, on_delete=models.PROTECT, related_name="money_effects"
    )
    payment_issue = models.ForeignKey(
        "PaymentIssueLog", null=True, blank=True, on_delete=models.PROTECT, related_name="money_effects"
    )
    state = models.CharField(max_length=16, choices=State, default=State.DECIDED)
    legacy = models.BooleanField(default=False, db_default=False, editable=False)
    undecided = models.BooleanField(default=False, db_default=False, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    endpoint = models.ForeignKey(
        "ShopEndpoint",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Which reported last.",
    )
    external_id = models.CharField(max_length=100, blank=True, help_text="Of the shop or its payment provider.")
    failure = models.CharField(max_length=300, blank=True, help_text="Why it failed or was cancelled.")
    created_at = models.DateTimeField(default=now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True, help_text="When it failed or was cancelled.")
    updated_at = models.DateTimeField(default=now, editable=False)

    objects = KeptQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta(LiveModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="money_effect_amount_positive"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="money_effect_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="money_effect_state_known"),
            models.CheckConstraint(
                condition=~Q(cause=Cause.DISPUTE) | Q(dispute__isnull=False), name="money_effect_names_its_dispute"
            ),
            models.CheckConstraint(
                condition=~Q(cause=Cause.PAYMENT_ISSUE) | Q(payment_issue__isnull=False),
                name="money_effect_names_its_payment_issue",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "id"], name="money_effect_under_way", condition=Q(state__in=UNDER_WAY)),
            models.Index(fields=["updated_at", "id"], name="money_effect_by_update"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {money_text(self.amount, self.currency)}"

    def delete(self, *args, **options):
        raise _kept()


def _kept() -> NotAllowed:
    return NotAllowed("kept", "Money effects can't be deleted. Cancel it instead.")
