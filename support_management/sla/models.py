"""Promises: what was promised, each clock, and everything that happened to it."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from support_management.core.append_only import AppendOnly
from support_management.core.priority import Priority
from support_management.core.time import NEVER
from support_management.events.live import LiveModel
from support_management.sla.clock import SCREEN_STATES, Plan, plan


class Kind(models.TextChoices):
    TICKET = "ticket", "Ticket"
    DISPUTE = "dispute", "Dispute"
    ORDER = "order", "Order"


class Metric(models.TextChoices):
    FIRST_RESPONSE = "first_response", "First response"
    NEXT_RESPONSE = "next_response", "Next response"
    RESOLUTION = "resolution", "Resolution"


class SLAPolicy(LiveModel):
    """Targets in minutes per metric, for one kind of work and priority. Empty: no promise."""

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind)
    priority = models.PositiveSmallIntegerField(choices=Priority)
    first_response_minutes = models.PositiveIntegerField(null=True, blank=True)
    next_response_minutes = models.PositiveIntegerField(null=True, blank=True)
    resolution_minutes = models.PositiveIntegerField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta(LiveModel.Meta):
        verbose_name = "SLA policy"
        verbose_name_plural = "SLA policies"
        ordering = ["kind", "priority"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "priority"], name="one_policy_per_kind_and_priority"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="policy_kind_known"),
        ]

    def __str__(self):
        return self.name

    def minutes(self, metric: str) -> int | None:
        return getattr(self, f"{metric}_minutes")


class OrderDisputeSLA(LiveModel):
    """A clock: one cycle of one metric of one piece of work.

    Breached with `completed_at` empty is breached and still open. `reached` counts the thresholds that fired.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        PAUSED = "paused", "Paused"
        MET = "met", "Met"
        BREACHED = "breached", "Breached"
        CANCELLED = "cancelled", "Cancelled"

    ticket = models.ForeignKey("Ticket", null=True, blank=True, on_delete=models.CASCADE, related_name="clocks")
    order = models.ForeignKey("Order", null=True, blank=True, on_delete=models.CASCADE, related_name="clocks")
    dispute = models.ForeignKey("Dispute", null=True, blank=True, on_delete=models.CASCADE, related_name="clocks")
    metric = models.CharField(max_length=16, choices=Metric)
    cycle = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    target_seconds = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_seconds = models.PositiveIntegerField(default=0)
    breached_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    is_open = models.GeneratedField(
        expression=Q(completed_at__isnull=True),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    reached = models.PositiveSmallIntegerField(default=0, editable=False)
    next_fire_at = models.DateTimeField(default=NEVER, editable=False)
    completed_agent = models.ForeignKey(
        "User", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    policy = models.ForeignKey(SLAPolicy, null=True, blank=True, on_delete=models.SET_NULL, related_name="clocks")
    policy_version = models.PositiveIntegerField(default=1)

    class Meta(LiveModel.Meta):
        verbose_name = "SLA clock"
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(ticket__isnull=False, order__isnull=True, dispute__isnull=True)
                    | Q(ticket__isnull=True, order__isnull=False, dispute__isnull=True)
                    | Q(ticket__isnull=True, order__isnull=True, dispute__isnull=False)
                ),
                name="clock_of_exactly_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=[kind, "metric"],
                    condition=Q(**{f"{kind}__isnull": False}, is_open=True),
                    name=f"one_open_clock_per_{kind}",
                )
                for kind in ("ticket", "order", "dispute")
            ),
            *(
                models.UniqueConstraint(
                    fields=[kind, "metric", "cycle"],
                    condition=Q(**{f"{kind}__isnull": False}),
                    name=f"cycle_of_{kind}_once",
                )
                for kind in ("ticket", "order", "dispute")
            ),
        ]
        indexes = [
            models.Index(fields=["next_fire_at", "id"], name="clock_to_fire", condition=Q(is_open=True)),
            models.Index(fields=["due_at", "id"], name="clock_by_due", condition=Q(is_open=True)),
            models.Index(fields=["completed_agent", "state", "completed_at"], name="clock_of_agent"),
        ]

    def __str__(self):
        return f"{self.get_metric_display()} {self.pk}"

    @property
    def kind(self) -> str:
        """What the promise is about."""
        return Kind.TICKET if self.ticket_id else Kind.DISPUTE if self.dispute_id else Kind.ORDER

    @property
    def plan(self) -> Plan:
        return plan(start=self.started_at, target=timedelta(seconds=self.target_seconds))

    @property
    def screen_state(self) -> str:
        """The word that screens show: on_track, due_soon, at_risk, breached, paused, met."""
        if self.state == self.State.RUNNING:
            return SCREEN_STATES[self.reached]
        return self.state


class SLAEvent(AppendOnly):
    """One thing that happened to a clock. `at` is when it fell due, `fired_at` when it was done. Only added."""

    class Kind(models.TextChoices):
        STARTED = "started", "Started"
        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Resumed"
        RETARGETED = "retargeted", "Re-targeted"
        WARNED = "warned", "Due soon"
        AT_RISK = "at_risk", "At risk"
        BREACHED = "breached", "Breached"
        MET = "met", "Met"
        CANCELLED = "cancelled", "Cancelled"

    clock = models.ForeignKey(OrderDisputeSLA, on_delete=models.CASCADE, related_name="history")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    fired_at = models.DateTimeField()
    due_at = models.DateTimeField()
    cause = models.CharField(max_length=80, blank=True)
    actor = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        verbose_name = "SLA event"
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "kind"],
                condition=Q(kind__in=["started", "warned", "at_risk", "breached"]),
                name="threshold_fires_once",
            )
        ]
        indexes = [models.Index(fields=["clock", "id"], name="history_of_clock")]

    def __str__(self):
        return f"{self.clock_id} {self.kind}"
