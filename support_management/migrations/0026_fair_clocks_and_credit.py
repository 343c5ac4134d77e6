"""Letters of the desk, follow-ups, credit by author and mover, pauses by metric, and time left after a change.

The default policies get a version under which only the resolution pauses. A follow-up lets the clocks that run under
the version before adopt it after the migration, with the product's own arithmetic. Policies that an admin made, or
whose pauses an admin changed, stay as they are.
"""

from collections import defaultdict
from datetime import timedelta

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

ALL_PAUSED, RESOLUTION_PAUSES = ["pending"], {"resolution": ["pending"]}
USER = settings.AUTH_USER_MODEL


def pause_resolution_only(apps, schema_editor):
    get = lambda name: apps.get_model("support_management", name).objects  # noqa: E731
    versions, clocks = get("SLAPolicyVersion"), get("OrderDisputeSLA")
    for policy in get("SLAPolicy").order_by("pk"):
        history = list(versions.filter(policy=policy).order_by("number"))
        pauses = [policy.pause_on, *(version.pause_on for version in history)]
        if (history and history[0].by_id) or any(pause_on != ALL_PAUSED for pause_on in pauses):
            continue
        values = {name: getattr(policy, name) for name in ("conditions", "targets", "calendar", "thresholds")}
        before, after = policy.version, policy.version + 1
        versions.create(policy=policy, number=after, pause_on=RESOLUTION_PAUSES, at=timezone.now(), **values)
        get("SLAPolicy").filter(pk=policy.pk).update(version=after, pause_on=RESOLUTION_PAUSES)
        if clocks.filter(policy=policy, policy_version=before, is_open=True).exists():
            get("SLAFollowUp").create(policy=policy, from_version=before, at=timezone.now())


def credit(apps, schema_editor):
    """First replies go to their authors; resolutions to whoever made them, else to the assignee."""
    get = lambda name: apps.get_model("support_management", name).objects  # noqa: E731
    lines = get("TicketMessage").filter(ticket=OuterRef("pk"))
    reply = Subquery(lines.filter(kind="reply").order_by("id").values("author")[:1])
    move = Subquery(lines.filter(kind="system", body__endswith="→ Resolved").order_by("-id").values("author")[:1])
    get("Ticket").filter(first_replied_at__isnull=False).update(first_replied_by=reply)
    get("Ticket").filter(resolved_at__isnull=False).update(resolved_by=Coalesce(move, F("assignee")))
    recount(get)


def recount(get):
    """The totals of dashboards under their new definitions, so that the periodic check finds no drift."""
    resolved = get("Ticket").filter(resolved_at__isnull=False).order_by().values_list("resolved_by")
    tickets = dict(resolved.annotate(n=Count("pk")))
    disputes, orders = defaultdict(set), defaultdict(set)
    for agent, dispute, order in get("DisputeResolutionLog").values_list("decided_by", "dispute", "dispute__order"):
        disputes[agent].add(dispute)
        orders[agent].add(order)
    moves = get("SupportActionLog").filter(object_kind="order", verb="status")
    for agent, order in moves.order_by().values_list("actor", "object_id").distinct():
        orders[agent].add(order)
    for pk, agent in get("SupportDashboard").values_list("pk", "agent"):
        get("SupportDashboard").filter(pk=pk).update(
            tickets_handled=tickets.get(agent, 0),
            disputes_handled=len(disputes[agent]),
            orders_managed=len(orders[agent]),
        )


def person():
    return models.ForeignKey(
        editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=USER
    )


class Migration(migrations.Migration):
    dependencies = [("support_management", "0025_owners")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="opened_by_desk",
            field=models.BooleanField(
                default=False, help_text="Its first message is a letter of the desk, so no first response is owed."
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="follow_up_of",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="follow_ups",
                to="support_management.ticket",
            ),
        ),
        migrations.AddField(model_name="ticket", name="first_replied_by", field=person()),
        migrations.AddField(
            model_name="ticket",
            name="lay_resolved",
            field=models.DurationField(
                default=timedelta,
                editable=False,
                help_text="Time for which it was resolved before its first reply.",
            ),
        ),
        migrations.AddField(model_name="ticket", name="resolved_by", field=person()),
        migrations.RemoveIndex(model_name="ticket", name="resolved_by_owner"),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["resolved_by", "resolved_at"], name="resolved_by_person"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["first_replied_by", "first_replied_at"], name="first_reply_of_person"),
        ),
        migrations.AddIndex(
            model_name="supportactionlog",
            index=models.Index(
                condition=models.Q(("object_kind", "order"), ("verb", "status")),
                fields=["actor", "object_id"],
                name="order_moves_of_actor",
            ),
        ),
        migrations.AddField(
            model_name="slapolicy",
            name="minimum_left_percent",
            field=models.PositiveSmallIntegerField(
                default=25,
                help_text="Share of the target that is left at least when work comes under this policy later.",
                validators=[django.core.validators.MaxValueValidator(100)],
                verbose_name="minimum left after a change (%)",
            ),
        ),
        migrations.AddField(
            model_name="slapolicyversion",
            name="minimum_left_percent",
            field=models.PositiveSmallIntegerField(default=25),
        ),
        migrations.AddField(
            model_name="slafollowup",
            name="from_version",
            field=models.PositiveIntegerField(
                help_text="Only clocks under this version of the policy, which adopt the next one.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="slaevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("started", "Started"),
                    ("paused", "Paused"),
                    ("resumed", "Resumed"),
                    ("retargeted", "Re-targeted"),
                    ("restored", "Restored"),
                    ("warned", "Due soon"),
                    ("at_risk", "At risk"),
                    ("breached", "Breached"),
                    ("met", "Met"),
                    ("cancelled", "Cancelled"),
                    ("escalated", "Escalated"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveField(model_name="supportworkloadtracker", name="tickets_handled"),
        migrations.RemoveField(model_name="supportworkloadtracker", name="disputes_handled"),
        migrations.RemoveField(model_name="supportworkloadtracker", name="orders_managed"),
        migrations.AlterField(
            model_name="supportdashboard",
            name="tickets_handled",
            field=models.PositiveIntegerField(default=0, help_text="Tickets that this agent resolved, all time."),
        ),
        migrations.AlterField(
            model_name="supportdashboard",
            name="disputes_handled",
            field=models.PositiveIntegerField(default=0, help_text="Disputes that this agent decided, all time."),
        ),
        migrations.AlterField(
            model_name="supportdashboard",
            name="orders_managed",
            field=models.PositiveIntegerField(
                default=0, help_text="Orders that this agent changed or decided a dispute about, all time."
            ),
        ),
        migrations.RunPython(pause_resolution_only, migrations.RunPython.noop),
        migrations.RunPython(credit, migrations.RunPython.noop),
    ]
