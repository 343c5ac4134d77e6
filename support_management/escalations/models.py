"""Escalations: decisions for an admin, and work at risk."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from support_management.core.time import now


class EscalationLog(models.Model):
    """An escalation: a decision for an admin, or work escalated by a person or a rule.

    `level` 1 is a lead, 2 an admin. Without `raised_by` the rule named in `rule` raised it.
    """

    class Type(models.TextChoices):
        TICKET = "ticket", "Ticket"
        DISPUTE = "dispute", "Dispute"
        ORDER = "order", "Order"
        PAYMENT_ISSUE = "payment_issue", "Payment issue"
        BLACKLIST_CLIENT = "blacklist_client", "Block a client"
        SUSPEND_CLIENT = "suspend_client", "Suspend a client"
        SUSPEND_WRITER = "suspend_writer", "Suspend a writer"
        WRITER_PROBATION = "writer_probation", "Put a writer on probation"
        PROMOTE_WRITER = "promote_writer", "Promote a writer"
        DEMOTE_WRITER = "demote_writer", "Demote a writer"
        REFUND_APPROVAL = "refund_approval", "Approve a refund"
        PRICE_CHANGE = "price_change", "Change a price"

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        RESOLVED = "resolved", "Resolved"

    type = models.CharField(max_length=20, choices=Type)
    status = models.CharField(max_length=8, choices=Status, default=Status.PENDING)
    level = models.PositiveSmallIntegerField(default=1)
    ticket = models.ForeignKey("Ticket", null=True, blank=True, on_delete=models.PROTECT, related_name="escalations")
    dispute = models.ForeignKey("Dispute", null=True, blank=True, on_delete=models.PROTECT, related_name="escalations")
    order = models.ForeignKey("Order", null=True, blank=True, on_delete=models.PROTECT, related_name="escalations")
    payment_issue = models.ForeignKey(
        "PaymentIssueLog", null=True, blank=True, on_delete=models.PROTECT, related_name="escalations"
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="escalations_raised"
    )
    rule = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300)
    notes = models.TextField(blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="escalations_reviewed"
    )
    created_at = models.DateTimeField(default=now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "escalation"
        indexes = [models.Index(fields=["id"], name="escalation_pending", condition=Q(status="pending"))]

    def __str__(self):
        return f"{self.get_type_display()}: {self.reason}"
