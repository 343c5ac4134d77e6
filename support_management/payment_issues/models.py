"""Payment issues and the lines of what was done about them."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from support_management.core.fields import InstantField
from support_management.core.keyset import IntegerPart, Keyset
from support_management.core.money_columns import MoneyField
from support_management.core.numbering import NumberedModel
from support_management.core.priority import PRIORITY_WORDS, Priority
from support_management.core.time import NEVER, now
from support_management.events.live_models import LiveModel, LiveRecord
from support_management.payment_issues.failure_codes import CODES, LONGEST_CODE, FailureCode, name_of
from support_management.payment_issues.status import OPEN, IssueType, Status

KEYSET = Keyset[int](IntegerPart(width=18, descending=True))
"""Keys of lists of payment issues, newest first."""
_PERSON: dict = {"to": settings.AUTH_USER_MODEL, "null": True, "blank": True, "on_delete": models.PROTECT}


class PaymentIssueLog(NumberedModel, LiveModel):
    """Something is wrong with the payment of an order. Work of its own: an owner (`assignee`) and a clock.

    `amount` is what the issue is about: the difference of what was expected and received, or what is asked back.
    """

    owner_field = "assignee_id"
    number_sequence, number_prefix = "payment_issue", "P"

    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="payment_issues")
    ticket = models.ForeignKey("Ticket", null=True, blank=True, on_delete=models.PROTECT, related_name="payment_issues")
    issue_type = models.CharField("type", max_length=16, choices=IssueType)
    description = models.TextField(blank=True)
    expected_amount = MoneyField()
    received_amount = MoneyField()
    amount = MoneyField()
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    is_open = models.GeneratedField(
        expression=Q(status__in=OPEN),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    assignee = models.ForeignKey(**_PERSON, related_name="assigned_payment_issues")
    reported_by = models.ForeignKey(**_PERSON, related_name="+")
    escalated_to = models.ForeignKey(**_PERSON, related_name="+")
    failure_code = models.CharField(max_length=LONGEST_CODE, blank=True)
    external_deadline = InstantField(null=True, blank=True, help_text="Of a chargeback: when the bank stops waiting.")
    next_step_at = InstantField(null=True, blank=True, help_text="When the client is contacted or the payment retried.")
    reminded = models.BooleanField(default=False, editable=False, help_text="The owner was told that the step is due.")
    resolution_notes = models.TextField(blank=True)
    resolved_by = models.ForeignKey(**_PERSON, related_name="+")
    next_due_at = models.DateTimeField(default=NEVER, editable=False)
    due_state = models.CharField(max_length=10, blank=True, editable=False)
    reported_at = models.DateTimeField(default=now, editable=False)
    resolved_at = models.DateTimeField(null=True, editable=False)
    updated_at = models.DateTimeField(default=now, editable=False)

    class Meta(LiveModel.Meta):
        verbose_name = "payment issue"
        constraints = [
            models.CheckConstraint(condition=Q(issue_type__in=IssueType.values), name="payment_issue_type_known"),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="payment_issue_status_known"),
            models.CheckConstraint(
                condition=Q(amount__gt=0, expected_amount__gte=0, received_amount__gte=0),
                name="payment_issue_amounts_positive",
            ),
            models.UniqueConstraint(
                fields=["order", "issue_type"],
                condition=Q(status__in=OPEN),
                name="one_open_payment_issue_per_type",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="payment_issue_by_status"),
            models.Index(fields=["assignee", "-id"], name="payment_issue_of_owner"),
            models.Index(fields=["updated_at", "id"], name="payment_issue_by_update"),
            models.Index(fields=["next_due_at", "id"], name="payment_issue_open", condition=Q(is_open=True)),
            models.Index(
                fields=["next_step_at", "id"],
                name="payment_issue_next_step",
                condition=Q(is_open=True, reminded=False, next_step_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.get_issue_type_display()}"

    def get_absolute_url(self):
        return reverse("payment-issue", args=[self.pk])

    @property
    def currency(self) -> str:
        return self.order.currency

    @property
    def website_id(self) -> int:
        return self.order.website_id

    @property
    def difference(self) -> Decimal:
        """Received minus expected."""
        return self.received_amount - self.expected_amount

    @property
    def priority_word(self) -> str:
        return PRIORITY_WORDS[self.priority]

    @property
    def due_at(self) -> datetime | None:
        return None if self.next_due_at >= NEVER else self.next_due_at

    @property
    def order_key(self) -> str:
        """Sorts lists: newest first."""
        return KEYSET.encode(self.pk)

    @property
    def failure(self) -> FailureCode | None:
        """What is known of the failure code."""
        return CODES.get(self.failure_code)

    @property
    def failure_name(self) -> str:
        return name_of(self.failure_code)


class PaymentIssueStep(LiveRecord):
    """A contact with the client or a retry of the payment, and when the next step is due."""

    class Kind(models.TextChoices):
        CONTACT = "contact", "Contact"
        RETRY = "retry", "Retry"

    class Outcome(models.TextChoices):
        REACHED = "reached", "Reached"
        NOT_REACHED = "not_reached", "Not reached"
        PROMISED = "promised", "Will pay"
        SUCCEEDED = "succeeded", "Payment succeeded"
        FAILED = "failed", "Payment failed"

    issue = models.ForeignKey(PaymentIssueLog, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind)
    outcome = models.CharField(max_length=12, choices=Outcome)
    failure_code = models.CharField(max_length=LONGEST_CODE, blank=True)
    note = models.TextField(blank=True, help_text="Only the team reads it.")
    next_step_at = InstantField(null=True, blank=True)
    by = models.ForeignKey(**_PERSON, related_name="+")
    at = models.DateTimeField(default=now, editable=False)

    class Meta(LiveRecord.Meta):
        verbose_name = "step of a payment issue"
        verbose_name_plural = "steps of payment issues"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="contact", outcome__in=("reached", "not_reached", "promised"), failure_code="")
                | Q(kind="retry", outcome__in=("succeeded", "failed")),
                name="payment_step_outcome_fits",
            )
        ]
        indexes = [models.Index(fields=["issue", "-id"], name="payment_step_of_issue")]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.get_outcome_display()}"

    @property
    def failure_name(self) -> str:
        return name_of(self.failure_code)


OUTCOMES = {
    PaymentIssueStep.Kind.CONTACT.value: ("reached", "not_reached", "promised"),
    PaymentIssueStep.Kind.RETRY.value: ("succeeded", "failed"),
}
"""Outcomes of each kind of step."""
