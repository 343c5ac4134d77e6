"""Skill rules, routing decisions and the assignment history."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from support_management.conditions.matching import HELP
from support_management.core.append_only import AppendOnly
from support_management.core.time import now
from support_management.events.live_models import LiveModel
from support_management.people.assignment_rules import REASON_LIMIT
from support_management.people.skills.models import LEVELS, Specialization

_ONE_OF_BOTH = Q(ticket__isnull=False, dispute__isnull=True) | Q(ticket__isnull=True, dispute__isnull=False)


class SkillRule(LiveModel):
    """A skill required of matching work. All matching rules apply; empty conditions match all work.

    The level drops by one for each `relax_minutes` of waiting, finally to none, so that no work is stranded.
    """

    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)
    conditions = models.JSONField(default=dict, blank=True, help_text=HELP)
    specialization = models.ForeignKey(
        Specialization, verbose_name="skill", on_delete=models.PROTECT, related_name="rules"
    )
    level = models.PositiveSmallIntegerField(
        choices=LEVELS, default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    relax_minutes = models.PositiveIntegerField(
        default=30,
        validators=[MaxValueValidator(60 * 24 * 365)],
        help_text="Minutes of waiting until the required level drops by one; 0 for never.",
    )

    class Meta(LiveModel.Meta):
        ordering = ["position", "pk"]
        constraints = [models.CheckConstraint(condition=Q(level__range=(1, 5)), name="rule_level_known")]

    def __str__(self):
        return self.name


class AssignmentDecision(AppendOnly):
    """A routing decision as it was made: the chosen agent, the candidates and the refusals.

    `candidates` and `refusals` come from `routing.engine.ranking`; `needs` are the skills that were required.
    """

    class Trigger(models.TextChoices):
        ARRIVAL = "arrival", "New ticket or dispute"
        FREED = "freed", "Agent has free capacity"
        AVAILABLE = "available", "Agent became available"
        RELAXED = "relaxed", "Skill requirement dropped"
        SWEEP = "sweep", "Backlog sweep"
        NEXT = "next", "Next ticket"
        CLAIM = "claim", "Claimed by an agent"
        HAND = "hand", "Assigned manually"
        RULE = "rule", "Escalation rule"
        REASSIGN = "reassign", "Reassigned automatically"

    class Outcome(models.TextChoices):
        ASSIGNED = "assigned", "Assigned"
        NOBODY = "nobody", "No eligible agent"
        KEPT = "kept", "Not reassigned"

    ticket = models.ForeignKey("Ticket", null=True, on_delete=models.PROTECT, related_name="decisions")
    dispute = models.ForeignKey("Dispute", null=True, on_delete=models.PROTECT, related_name="decisions")
    trigger = models.CharField(max_length=10, choices=Trigger)
    outcome = models.CharField(max_length=10, choices=Outcome)
    chosen = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    above_capacity = models.BooleanField(default=False)
    units = models.PositiveSmallIntegerField(default=0)
    needs = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    refusals = models.JSONField(default=list)
    at = models.DateTimeField(default=now)

    class Meta(AppendOnly.Meta):
        verbose_name = "routing decision"
        constraints = [models.CheckConstraint(condition=_ONE_OF_BOTH, name="decision_about_exactly_one")]
        indexes = [
            models.Index(fields=["ticket", "-id"], name="decisions_of_ticket"),
            models.Index(fields=["dispute", "-id"], name="decisions_of_dispute"),
        ]

    def __str__(self):
        return f"{self.outcome} {self.chosen_id or ''}".strip()


class WorkAttention(models.Model):
    """The owner of a ticket or dispute was active in it on their screen at `active_at`; has had a draft since."""

    class Kind(models.TextChoices):
        TICKET = "ticket", "Ticket"
        DISPUTE = "dispute", "Dispute"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=7, choices=Kind)
    work_id = models.BigIntegerField()
    active_at = models.DateTimeField()
    drafted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "attention"
        verbose_name_plural = "attention"
        constraints = [models.UniqueConstraint(fields=["kind", "work_id", "user"], name="one_attention")]
        indexes = [models.Index(fields=["active_at"], name="attention_by_time")]

    def __str__(self):
        return f"{self.user_id} in {self.kind} {self.work_id}"


class ReassignmentLog(AppendOnly):
    """A change of the assignee: when, why, by whom. Empty `to_agent`: unassigned."""

    class Cause(models.TextChoices):
        CLAIMED = "claimed", "Claimed"
        ASSIGNED = "assigned", "Assigned automatically"
        MANUAL = "manual", "Assigned manually"
        RELEASED = "released", "Released"
        AWAY = "away", "Away"
        OFFLINE = "offline", "Offline"
        BREAK = "break", "On a break"
        SUSPENDED = "suspended", "Suspended"
        INACTIVE = "inactive", "Inactive"
        OVERLOAD = "overload", "Over capacity"
        SLA_RISK = "sla_risk", "SLA at risk"
        SKILL = "skill", "Skills changed"
        RETURNED = "returned", "Returned to previous assignee"
        RULE = "rule", "Escalation rule"
        UNDONE = "undone", "Undone"
        UNSERVED = "unserved", "Website no longer covered"
        WRITTEN = "written", "Changed outside the console"

    PERSONAL = (Cause.AWAY, Cause.OFFLINE, Cause.BREAK, Cause.SUSPENDED, Cause.INACTIVE)
    """Causes that tell how a colleague was absent: only leads read them."""

    ticket = models.ForeignKey("Ticket", null=True, on_delete=models.PROTECT, related_name="reassignments")
    dispute = models.ForeignKey("Dispute", null=True, on_delete=models.PROTECT, related_name="reassignments")
    from_agent = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    to_agent = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.MANUAL)
    reason = models.CharField(max_length=REASON_LIMIT)
    note = models.CharField(max_length=300, blank=True, help_text="Handoff note for the new assignee.")
    above_capacity = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta(AppendOnly.Meta):
        verbose_name = "assignment change"
        constraints = [models.CheckConstraint(condition=_ONE_OF_BOTH, name="reassignment_of_exactly_one")]
        indexes = [
            models.Index(fields=["ticket", "id"], name="reassignments_of_ticket"),
            models.Index(fields=["dispute", "id"], name="reassignments_of_dispute"),
            models.Index(fields=["-at", "-id"], name="reassignments_by_time"),
        ]

    def __str__(self):
        return f"{self.from_agent_id} → {self.to_agent_id}"

    def cause_for(self, *, is_lead: bool) -> str:
        """The cause, for a lead or for others."""
        if is_lead or self.cause not in self.PERSONAL:
            return self.cause
        return self.Cause.ASSIGNED if self.to_agent_id else self.Cause.RELEASED
