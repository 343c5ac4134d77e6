"""Escalation rules that act when a clock passes a threshold, and their runs."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from support_management.conditions.matching import HELP
from support_management.core.labels import LABEL_LIMIT, no_comma
from support_management.core.priority import Priority
from support_management.core.time import now
from support_management.events.live_models import LiveModel
from support_management.people.roles import Role
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy, WorkKind

DESK_ROLES = [(role.value, role.label) for role in (Role.SUPPORT, Role.LEAD, Role.ADMIN, Role.SUPERADMIN)]


class EscalationRule(LiveModel):
    """Actions to take when a clock passes a threshold. Empty fields match any; `conditions` narrow the work further.

    `threshold` is the name of one warning, such as "75 %" or "30 min before", where a policy has several.
    """

    class At(models.TextChoices):
        WARNED = "warned", "Due soon"
        AT_RISK = "at_risk", "At risk"
        BREACHED = "breached", "Breached"

    class Reassign(models.TextChoices):
        LEAD = "lead", "To a team lead"
        LEAST_LOADED = "least_loaded", "To the available agent with the lowest load"

    name = models.CharField(max_length=80, unique=True)
    active = models.BooleanField(default=True)
    at = models.CharField("when", max_length=8, choices=At, default=At.BREACHED)
    threshold = models.CharField(
        max_length=20, blank=True, help_text="Limit to one warning, such as 75% or 30 min before. Leave empty for any."
    )
    metric = models.CharField(max_length=16, choices=Metric, blank=True)
    kind = models.CharField("type", max_length=8, choices=WorkKind, blank=True)
    policy = models.ForeignKey(
        SLAPolicy,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="rules",
        help_text="Leave empty for any.",
    )
    conditions = models.JSONField(default=dict, blank=True, help_text=HELP)
    tell_owner = models.BooleanField(default=False)
    tell_role = models.CharField(max_length=12, choices=DESK_ROLES, blank=True)
    tell_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="notify user",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    tell_address = models.EmailField(
        "notify email address",
        blank=True,
        help_text="Also send an email to this address, for example outside the team.",
    )
    raise_to = models.PositiveSmallIntegerField(
        "raise priority to",
        null=True,
        blank=True,
        choices=[choice for choice in Priority.choices if choice[0] != Priority.LOW],
        help_text="Tickets that already have this priority or a higher one are not changed.",
    )
    reassign = models.CharField(max_length=12, choices=Reassign, blank=True)
    tag = models.CharField("add tag", max_length=LABEL_LIMIT, blank=True, validators=[no_comma])
    escalate = models.BooleanField("open an escalation", default=False)
    level = models.PositiveSmallIntegerField(
        choices=[(1, "1, team lead"), (2, "2, admin")], default=1, help_text="Level of the escalation that is opened."
    )

    class Meta(LiveModel.Meta):
        verbose_name = "escalation rule"
        ordering = ["name"]

    def __str__(self):
        return self.name


class EscalationRun(models.Model):
    """A rule acting on a clock, at most once a round: a lead's extension of the clock starts the next round.

    `done` maps each action taken to its outcome as text.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    rule = models.ForeignKey(EscalationRule, on_delete=models.PROTECT, related_name="runs")
    clock = models.ForeignKey(OrderDisputeSLA, on_delete=models.CASCADE, related_name="rule_runs")
    kind = models.CharField(max_length=8, choices=EscalationRule.At)
    round = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(help_text="When the threshold was reached.")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    done = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "escalation rule run"
        verbose_name_plural = "escalation rule runs"
        constraints = [models.UniqueConstraint(fields=["rule", "clock", "round"], name="rule_runs_once_a_round")]
        indexes = [models.Index(fields=["next_try_at", "id"], name="run_waiting", condition=Q(state="waiting"))]

    def __str__(self):
        return f"{self.rule} on {self.clock}"
