"""Stored dashboard figures and SLA reports."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from support_management.analytics.periods import Period, whole
from support_management.core.append_only import AppendOnly
from support_management.core.time import now, zone


class SupportDashboard(models.Model):
    """The dashboard figures of an agent. Only analytics.dashboards writes them."""

    agent = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="dashboard")
    tickets_handled = models.PositiveIntegerField(default=0, help_text="Tickets that this agent resolved, all time.")
    tickets_pending = models.PositiveIntegerField(default=0, help_text="Open tickets assigned now.")
    disputes_handled = models.PositiveIntegerField(default=0, help_text="Disputes that this agent decided, all time.")
    disputes_open = models.PositiveIntegerField(default=0)
    orders_managed = models.PositiveIntegerField(
        default=0, help_text="Orders that this agent changed or decided a dispute about, all time."
    )
    escalated = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0, help_text="Open urgent items assigned now.")
    resolved_today = models.PositiveIntegerField(default=0, help_text="Today in the agent's own time zone.")
    sla_met = models.PositiveIntegerField(default=0)
    sla_breached = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "agent figures"
        verbose_name_plural = "agent figures"

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
    """Figures that handlers had not updated, found by the periodic refresh. Should stay empty."""

    agent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()
    after = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.agent_id} {self.at}"


class SLAReport(AppendOnly):
    """SLA compliance of a week or a month, counted once after its end.

    `figures` are those of reports.figures_of. `row_count` is the number of breaches that the report lists.
    """

    class Kind(models.TextChoices):
        WEEK = "week", "Week"
        MONTH = "month", "Month"

    kind = models.CharField(max_length=5, choices=Kind)
    start = models.DateField()
    time_zone = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=now)
    figures = models.JSONField()
    row_count = models.PositiveIntegerField()

    class Meta(AppendOnly.Meta):
        verbose_name = "SLA report"
        ordering = ["-start", "kind"]
        constraints = [models.UniqueConstraint(fields=["kind", "start"], name="one_report_per_period")]

    def __str__(self):
        return f"SLA report of {self.title}"

    def get_absolute_url(self):
        return reverse("sla-report", args=[self.kind, self.start])

    @property
    def title(self) -> str:
        """Week 47 of 2026, or November 2026."""
        if self.kind == self.Kind.MONTH:
            return f"{self.start:%B %Y}"
        year, week, _ = self.start.isocalendar()
        return f"week {week} of {year}"

    @property
    def period(self) -> Period:
        """Its days, in the time zone in which it was counted."""
        return whole(self.kind, self.start, zone(self.time_zone))
