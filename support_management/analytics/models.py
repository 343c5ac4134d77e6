"""Figures that are kept because pages show them often."""

from django.conf import settings
from django.db import models

from support_management.core.time import now


class SupportDashboard(models.Model):
    """An agent's own board figures. Written by dashboards.refresh only."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="dashboard")
    tickets_handled = models.PositiveIntegerField(default=0, help_text="Ever resolved while theirs.")
    tickets_pending = models.PositiveIntegerField(default=0, help_text="Open and theirs now.")
    disputes_handled = models.PositiveIntegerField(default=0, help_text="Decided while theirs.")
    disputes_open = models.PositiveIntegerField(default=0)
    orders_managed = models.PositiveIntegerField(default=0)
    escalated = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0, help_text="Urgent work that is theirs now.")
    resolved_today = models.PositiveIntegerField(default=0, help_text="In the agent's own zone.")
    sla_met = models.PositiveIntegerField(default=0)
    sla_breached = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=now)

    def __str__(self):
        return f"Dashboard of {self.agent}"

    @property
    def sla_n(self) -> int:
        return self.sla_met + self.sla_breached

    @property
    def sla_compliance_percent(self) -> float | None:
        return round(100 * self.sla_met / self.sla_n, 1) if self.sla_n else None

    @property
    def load(self) -> int:
        return self.agent.workload.load

    @property
    def capacity(self) -> int:
        return self.agent.support_profile.capacity


class DashboardDrift(models.Model):
    """The periodic refresh found a figure that the handlers had not kept. Should stay empty."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    before = models.JSONField()
    after = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.agent_id} {self.at}"
