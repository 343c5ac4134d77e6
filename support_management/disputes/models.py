"""Disputes, their load weights, participation and decisions."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from support_management.core.append_only import AppendOnly
from support_management.core.fields import InstantField
from support_management.core.keyset import ID, DatetimePart, IntegerPart, Keyset
from support_management.core.money_columns import MoneyField
from support_management.core.numbering import NumberedModel
from support_management.core.priority import PRIORITY_WORDS, Priority
from support_management.core.time import NEVER, now
from support_management.disputes.status import IS_OPEN, MOVES, OUTCOMES, Reason, Status
from support_management.events.live_models import LiveModel
from support_management.events.public_changes import PublicChanges
from support_management.orders.money.refundable import refundable
from support_management.orders.status import Status as OrderStatus
from support_management.people.participation import Participation

UNITS = 1
"""Load that an open dispute takes from its assignee, unless a `DisputeWeight` says otherwise."""
OPEN_KEYSET = Keyset[int, datetime, int](IntegerPart(1, 1, width=1), DatetimePart(), ID)
"""Keys of open disputes, by due time."""
DECIDED_KEYSET = Keyset[int, datetime, int](IntegerPart(9, 9, width=1), DatetimePart(descending=True), ID)
"""Keys of decided disputes, after open ones, newest first to the microsecond."""


class DisputeWeight(LiveModel):
    """Units of load that an open dispute of this priority takes. No row: `UNITS`."""

    priority = models.PositiveSmallIntegerField(choices=Priority, unique=True)
    units = models.PositiveSmallIntegerField(default=UNITS)

    class Meta(LiveModel.Meta):
        ordering = ["priority"]
        constraints = [
            models.CheckConstraint(condition=Q(priority__range=(1, 4)), name="dispute_weight_priority_known")
        ]

    def __str__(self):
        return f"{self.get_priority_display()}: {self.units}"


class Dispute(NumberedModel, PublicChanges, LiveModel):
    """A party disputes an order. Two clocks: ours, and maybe a deadline from outside that never pauses."""

    public_fields = frozenset({"order", "raised_by", "reason", "amount_at_risk", "status", "priority", "assignee"})
    owner_field = "assignee_id"
    number_sequence, number_prefix = "dispute", "D"

    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="disputes")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="disputes_raised")
    reason = models.CharField(max_length=14, choices=Reason, default=Reason.OTHER)
    amount_at_risk = MoneyField()
    status = models.CharField(max_length=18, choices=Status, default=Status.OPEN)
    is_open = models.GeneratedField(
        expression=Q(status__in=IS_OPEN),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="assigned_disputes"
    )
    units = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="Load units counted for the assignee."
    )
    order_status_before = models.CharField(
        max_length=16,
        choices=OrderStatus,
        blank=True,
        editable=False,
        help_text="Status of the order before the dispute; empty when unknown.",
    )
    external_deadline = InstantField(null=True, blank=True)
    next_due_at = models.DateTimeField(default=NEVER, editable=False)
    due_state = models.CharField(max_length=10, blank=True, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)

    class Meta(LiveModel.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="dispute_status_known"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="dispute_reason_known"),
            models.CheckConstraint(condition=Q(amount_at_risk__gte=0), name="dispute_amount_not_negative"),
            models.UniqueConstraint(fields=["order"], condition=Q(is_open=True), name="one_open_dispute_per_order"),
        ]
        indexes = [
            models.Index(fields=["status", "next_due_at", "id"], name="dispute_board", condition=Q(is_open=True)),
            models.Index(fields=["assignee", "next_due_at", "id"], name="dispute_of_owner", condition=Q(is_open=True)),
            models.Index(fields=["-resolved_at"], name="dispute_resolved"),
            models.Index(fields=["updated_at", "id"], name="dispute_by_update"),
        ]

    def __str__(self):
        return f"{self.number} {self.get_reason_display()}"

    def get_absolute_url(self):
        return f"{reverse('disputes')}#disputes-dispute-{self.pk}"

    @property
    def currency(self) -> str:
        return self.order.currency

    @property
    def refundable(self) -> Decimal:
        """What can still go back to the client, as cards show it."""
        return refundable(self.order)

    @property
    def website_id(self) -> int:
        return self.order.website_id

    @property
    def priority_word(self) -> str:
        return PRIORITY_WORDS[self.priority]

    @property
    def due_at(self):
        return None if self.next_due_at >= NEVER else self.next_due_at

    @property
    def order_key(self) -> str:
        """Sorts board columns: open disputes by due time, resolved ones newest first."""
        if self.resolved_at:
            return DECIDED_KEYSET.encode(9, self.resolved_at, self.pk)
        return OPEN_KEYSET.encode(1, self.next_due_at, self.pk)

    @property
    def legal_moves(self) -> list[tuple[str, str]]:
        """Steps without an outcome that are open to it now."""
        return [(value, label) for value, label in Status.choices if value in MOVES[self.status] - set(OUTCOMES)]


class DisputeParticipation(Participation):
    """An agent worked on a dispute: as assignee, by a status change or a decision."""

    work_field = "dispute"

    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="participations")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dispute", "user"], name="one_dispute_participation")]
        indexes = [models.Index(F("user"), F("at"), name="dispute_participation_of_user")]


class DisputeResolutionLog(AppendOnly):
    """A decision: outcome, author, reasons and refund."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="resolutions")
    decision = models.CharField(max_length=18, choices=Status)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    notes = models.TextField()
    refund_amount = MoneyField(default=0)
    at = models.DateTimeField(default=now)

    class Meta(AppendOnly.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=OUTCOMES), name="decision_known"),
            models.CheckConstraint(condition=Q(refund_amount__gte=0), name="refund_not_negative"),
        ]

    def __str__(self):
        return f"{self.dispute_id}: {self.decision}"
