"""SLA policies and their versions, clocks, and the history of each clock."""

from datetime import timedelta
from typing import cast

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from support_management.core.append_only import AppendOnly
from support_management.core.time import NEVER, now
from support_management.events.live_models import LiveModel


class WorkKind(models.TextChoices):
    TICKET = "ticket", "Ticket"
    DISPUTE = "dispute", "Dispute"
    ORDER = "order", "Order"
    PAYMENT = "payment", "Payment issue"


class Metric(models.TextChoices):
    FIRST_RESPONSE = "first_response", "First response"
    NEXT_RESPONSE = "next_response", "Next response"
    RESOLUTION = "resolution", "Resolution"


MINIMUM_LEFT_PERCENT = 25
"""Share of a target that a later change of policy leaves at least, unless the policy says otherwise."""


def pauses_usually() -> dict[str, list[str]]:
    return {"resolution": ["pending"]}


def pausing_statuses(pause_on: list[str] | dict[str, list[str]], metric: str) -> tuple[str, ...]:
    """The statuses in which a clock of this metric is paused, from the `pause_on` of a policy or a version."""
    statuses = pause_on.get(metric, []) if isinstance(pause_on, dict) else pause_on
    return tuple(statuses)


def warns_usually() -> list[dict]:
    return [{"at_percent": 75}]


class SLAPolicy(LiveModel):
    """Targets per metric for matching work, on a calendar. The first active match by position wins.

    `version` counts its changes; SLAPolicyVersion stores each. `conditions` maps keys of `conditions.matching` to a
    value or a list; `targets` maps a metric to minutes of open time; `pause_on` maps a metric to statuses, or lists the
    statuses of all metrics; `thresholds` lists `{"at_percent": 75}` or `{"minutes_before": 30}`.
    """

    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0, help_text="Policies are checked from the lowest position up.")
    active = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict, blank=True)
    targets = models.JSONField(default=dict)
    calendar = models.ForeignKey("BusinessCalendar", on_delete=models.PROTECT, related_name="policies")
    pause_on = models.JSONField(default=pauses_usually, blank=True)
    thresholds = models.JSONField(default=warns_usually, blank=True)
    minimum_left_percent = models.PositiveSmallIntegerField(
        default=MINIMUM_LEFT_PERCENT,
        validators=[MaxValueValidator(100)],
        verbose_name="minimum left after a change (%)",
        help_text="Share of the target that is left at least when work comes under this policy later.",
    )

    class Meta(LiveModel.Meta):
        verbose_name = "SLA policy"
        verbose_name_plural = "SLA policies"
        ordering = ["position", "id"]

    def __str__(self):
        return self.name


class SLAPolicyVersion(AppendOnly):
    """The values of a policy from `at` on. Clocks store the number of the version they run under."""

    policy = models.ForeignKey(SLAPolicy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    conditions = models.JSONField(default=dict)
    targets = models.JSONField(default=dict)
    calendar = models.ForeignKey("BusinessCalendar", on_delete=models.PROTECT, related_name="+")
    pause_on = models.JSONField(default=list)
    thresholds = models.JSONField(default=list)
    minimum_left_percent = models.PositiveSmallIntegerField(default=MINIMUM_LEFT_PERCENT)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        verbose_name = "SLA policy version"
        ordering = ["policy", "number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once")]

    def __str__(self):
        return f"{self.policy} v{self.number}"


WORK_FIELDS = ("ticket", "order", "dispute", "payment")
"""Fields of a clock, of which exactly one is set; named like the kinds of work."""


def _exactly_one() -> Q:
    condition = Q()
    for name in WORK_FIELDS:
        condition |= Q(**{f"{field}__isnull": field != name for field in WORK_FIELDS})
    return condition


class OrderDisputeSLA(LiveModel):
    """A clock: one cycle of one metric of one piece of work.

    A breached clock without `completed_at` is still open. `reached` counts the thresholds that have fallen due under
    the current target. `served` is open time before `since`, the instant of the latest start, pause or resume.
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
    payment = models.ForeignKey(
        "PaymentIssueLog", null=True, blank=True, on_delete=models.PROTECT, related_name="clocks"
    )
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
    served = models.DurationField(default=timedelta)
    since = models.DateTimeField()
    calendar = models.ForeignKey("BusinessCalendar", on_delete=models.PROTECT, related_name="+")
    extra_seconds = models.PositiveIntegerField(default=0, help_text="Business time added to the target by a lead.")
    extensions = models.PositiveSmallIntegerField(default=0, editable=False)
    retargets = models.PositiveSmallIntegerField(default=0, editable=False)
    stage = models.CharField(max_length=10, default="on_track", editable=False)
    reached = models.PositiveSmallIntegerField(default=0, editable=False)
    next_fire_at = models.DateTimeField(default=NEVER, editable=False)
    completed_agent = models.ForeignKey(
        "User", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    policy = models.ForeignKey(SLAPolicy, on_delete=models.PROTECT, related_name="clocks")
    policy_version = models.PositiveIntegerField(default=1)

    class Meta(LiveModel.Meta):
        verbose_name = "SLA clock"
        constraints = [
            models.CheckConstraint(condition=_exactly_one(), name="clock_of_exactly_one"),
            *(
                models.UniqueConstraint(
                    fields=[kind, "metric"],
                    condition=Q(**{f"{kind}__isnull": False}, is_open=True),
                    name=f"one_open_clock_per_{kind}",
                )
                for kind in WORK_FIELDS
            ),
            *(
                models.UniqueConstraint(
                    fields=[kind, "metric", "cycle"],
                    condition=Q(**{f"{kind}__isnull": False}),
                    name=f"cycle_of_{kind}_once",
                )
                for kind in WORK_FIELDS
            ),
        ]
        indexes = [
            models.Index(fields=["next_fire_at", "id"], name="clock_to_fire", condition=Q(is_open=True)),
            models.Index(fields=["due_at", "id"], name="clock_by_due", condition=Q(is_open=True)),
            models.Index(fields=["completed_agent", "state", "completed_at"], name="clock_of_agent"),
            # Reports read a period from this index alone, without the rows.
            models.Index(fields=["completed_at", "state", "policy", "metric", "completed_agent"], name="clock_ended"),
        ]

    def __str__(self):
        return f"{self.get_metric_display()} {self.pk}"

    @property
    def kind(self) -> str:
        """Kind of the work that the clock belongs to."""
        return next(WorkKind(name) for name in WORK_FIELDS if getattr(self, f"{name}_id"))

    @property
    def work(self):
        """The ticket, order, dispute or payment issue."""
        return getattr(self, self.kind)

    @property
    def screen_state(self) -> str:
        """The state that screens show: on_track, due_soon, at_risk, breached, paused, met or cancelled."""
        return self.stage if self.state == self.State.RUNNING else self.state

    @property
    def target(self) -> timedelta:
        """The target, in open time."""
        return timedelta(seconds=self.target_seconds)


def work_model(kind: str) -> type[models.Model]:
    """The model of a kind of work."""
    return cast("type[models.Model]", OrderDisputeSLA._meta.get_field(kind).related_model)


class SLAEvent(AppendOnly):
    """An event in the history of a clock. `at` is when it took effect, `fired_at` when it was recorded. Append-only.

    A start, a re-target and a restore carry what the clock runs under from then on: target, calendar, policy. `round`
    is the number of extensions before a threshold: after each one thresholds may fire again.
    """

    class Kind(models.TextChoices):
        STARTED = "started", "Started"
        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Resumed"
        RETARGETED = "retargeted", "Re-targeted"
        RESTORED = "restored", "Restored"
        WARNED = "warned", "Due soon"
        AT_RISK = "at_risk", "At risk"
        BREACHED = "breached", "Breached"
        MET = "met", "Met"
        CANCELLED = "cancelled", "Cancelled"
        ESCALATED = "escalated", "Escalated"

    clock = models.ForeignKey(OrderDisputeSLA, on_delete=models.PROTECT, related_name="history")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField()
    fired_at = models.DateTimeField()
    due_at = models.DateTimeField()
    threshold = models.CharField(max_length=20, blank=True, help_text="Name of the warning, if the policy has several.")
    round = models.PositiveSmallIntegerField(default=0, editable=False)
    target_seconds = models.PositiveIntegerField(null=True)
    calendar = models.ForeignKey("BusinessCalendar", null=True, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(SLAPolicy, null=True, on_delete=models.PROTECT, related_name="+")
    policy_version = models.PositiveIntegerField(null=True)
    cause = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        verbose_name = "SLA event"
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "kind", "threshold", "round"],
                condition=Q(kind__in=["started", "warned", "at_risk", "breached"]),
                name="threshold_fires_once_a_round",
            )
        ]
        indexes = [models.Index(fields=["clock", "id"], name="history_of_clock")]

    def __str__(self):
        return f"{self.clock_id} {self.kind}"


class SLAFollowUp(models.Model):
    """A pending job: running clocks adopt a changed policy or calendar. Processed in short transactions."""

    calendar = models.ForeignKey("BusinessCalendar", null=True, on_delete=models.PROTECT, related_name="+")
    policy = models.ForeignKey(SLAPolicy, null=True, on_delete=models.PROTECT, related_name="+")
    from_version = models.PositiveIntegerField(
        null=True, help_text="Only clocks under this version of the policy, which adopt the next one."
    )
    by = models.ForeignKey("User", null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    upto = models.BigIntegerField(default=0, help_text="Clocks up to this key have been updated.")
    changed = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "SLA follow-up"
        indexes = [models.Index(fields=["id"], name="follow_up_waiting", condition=Q(done_at__isnull=True))]

    def __str__(self):
        return f"Clocks follow {self.policy or self.calendar}"
