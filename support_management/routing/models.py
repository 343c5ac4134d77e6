"""Every change of hands."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from support_management.core.append_only import AppendOnly


class ReassignmentLog(AppendOnly):
    """Work went from one to another: when, why, by whom. Empty `to_agent`: back to everybody."""

    ticket = models.ForeignKey("Ticket", null=True, on_delete=models.CASCADE, related_name="reassignments")
    dispute = models.ForeignKey("Dispute", null=True, on_delete=models.CASCADE, related_name="reassignments")
    from_agent = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    to_agent = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(AppendOnly.Meta):
        verbose_name = "reassignment"
        constraints = [
            models.CheckConstraint(
                condition=Q(ticket__isnull=False, dispute__isnull=True) | Q(ticket__isnull=True, dispute__isnull=False),
                name="reassignment_of_exactly_one",
            )
        ]
        indexes = [models.Index(fields=["ticket", "id"], name="reassignments_of_ticket")]

    def __str__(self):
        return f"{self.from_agent_id} → {self.to_agent_id}"
