"""An order moves with its dispute, parties have an `updated_at` of their own, websites may trust their wishes.

Rows that contradict the rules are mended; an audit entry tells of each. Clocks follow after the migration
(`sla.repair.reconcile.stray_orders`).
"""

from decimal import Decimal

from django.db import migrations, models
from django.db.models import F

from support_management.core.time import now

APP = "support_management"
ORDER_STATUSES = [
    ("pending_payment", "Pending payment"),
    ("in_progress", "In progress"),
    ("paused", "Paused"),
    ("on_hold", "On hold"),
    ("submitted", "Submitted"),
    ("in_revision", "In revision"),
    ("completed", "Completed"),
    ("cancelled", "Cancelled"),
    ("disputed", "Disputed"),
    ("refunded", "Refunded"),
]


def mend(apps, schema_editor):
    lower_amounts_at_risk(apps)
    move_on_decided_orders(apps)
    dispute_orders_again(apps)
    for name in ("Ticket", "Dispute", "Order"):
        apps.get_model(APP, name).objects.update(public_updated_at=F("updated_at"))
    if schema_editor.connection.vendor == "postgresql":  # later changes of tables need their foreign keys checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def lower_amounts_at_risk(apps):
    """At most the order's amount is at risk."""
    disputes = apps.get_model(APP, "Dispute").objects.filter(amount_at_risk__gt=F("order__amount"))
    for row in disputes.select_related("order").order_by("pk"):
        before, row.amount_at_risk = row.amount_at_risk, row.order.amount
        write(apps, row, "amount_at_risk", str(before), str(row.amount_at_risk))


def move_on_decided_orders(apps):
    """A disputed order without an open dispute goes where its last decision leads."""
    orders, disputes = (apps.get_model(APP, name).objects for name in ("Order", "Dispute"))
    still_open = disputes.filter(is_open=True).values("order")
    decided = disputes.filter(is_open=False).values("order")
    for order in orders.filter(status="disputed", pk__in=decided).exclude(pk__in=still_open).order_by("pk"):
        last = disputes.filter(order=order).order_by("-resolved_at", "-pk").first()
        order.status = following(apps, order, last.status)
        write(apps, order, "status", "disputed", order.status)


def following(apps, order, outcome):
    """As a decision moves an order now; the status before an old dispute is unknown."""
    if outcome == "resolved_writer":
        return "completed"
    logs = apps.get_model(APP, "DisputeResolutionLog").objects.filter(dispute__order=order)
    refunded = sum(logs.values_list("refund_amount", flat=True), Decimal(0))
    return "refunded" if outcome == "resolved_client" and refunded >= order.amount > 0 else "in_progress"


def dispute_orders_again(apps):
    """An order that was moved while its dispute is open is disputed; withdrawn, the dispute takes it back there."""
    disputes = apps.get_model(APP, "Dispute").objects.filter(is_open=True).exclude(order__status="disputed")
    for row in disputes.select_related("order").order_by("pk"):
        order, before = row.order, row.order.status
        row.order_status_before = before
        row.save(update_fields=["order_status_before"])
        order.status = "disputed"
        write(apps, order, "status", before, "disputed")


def write(apps, row, field, before, after):
    row.version, row.updated_at = row.version + 1, now()
    row.save(update_fields=[field, "version", "updated_at"])
    apps.get_model(APP, "SupportActionLog").objects.create(
        verb=field,
        object_kind=row._meta.model_name,
        object_id=row.pk,
        before={field: before},
        after={field: after},
        door="migration",
    )


class Migration(migrations.Migration):
    dependencies = [("support_management", "0023_passwords_and_tokens")]

    operations = [
        migrations.AddField(
            model_name="dispute",
            name="order_status_before",
            field=models.CharField(
                blank=True,
                choices=ORDER_STATUSES,
                default="",
                editable=False,
                help_text="Status of the order before the dispute; empty when unknown.",
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="ticket",
            name="public_updated_at",
            field=models.DateTimeField(default=now, editable=False),
        ),
        migrations.AddField(
            model_name="dispute",
            name="public_updated_at",
            field=models.DateTimeField(default=now, editable=False),
        ),
        migrations.AddField(
            model_name="order",
            name="public_updated_at",
            field=models.DateTimeField(default=now, editable=False),
        ),
        migrations.AddField(
            model_name="website",
            name="customers_set_priority",
            field=models.BooleanField(
                default=False,
                help_text="Otherwise their tickets are at most normal.",
                verbose_name="customers set the priority",
            ),
        ),
        migrations.AddField(
            model_name="website",
            name="customers_set_tags",
            field=models.BooleanField(
                default=False,
                help_text="Otherwise their tickets come in without tags.",
                verbose_name="customers set tags",
            ),
        ),
        migrations.RunPython(mend, migrations.RunPython.noop),
    ]
