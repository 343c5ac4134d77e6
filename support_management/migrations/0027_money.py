"""Amounts of any currency, what was paid for an order, money effects with the sums that triggers keep, shop endpoints.

The refunds of past decisions become confirmed effects, marked as legacy: what was refunded too often stays as it is.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from support_management.core.time import now

APP = "support_management"
PAYMENT_STATUSES = [
    ("unpaid", "Unpaid"),
    ("pending", "Pending"),
    ("paid", "Paid"),
    ("failed", "Failed"),
    ("partially_refunded", "Partially refunded"),
    ("refunded", "Refunded"),
]
KINDS = [
    ("refund", "Refund"),
    ("partial_refund", "Partial refund"),
    ("goodwill", "Goodwill"),
    ("extra_goodwill", "Goodwill above the amount paid"),
    ("chargeback_accepted", "Accepted chargeback"),
    ("writer_payment", "Payment to the writer"),
]
STATES = [
    ("pending_approval", "Pending approval"),
    ("decided", "Decided"),
    ("sent", "Sent"),
    ("confirmed", "Confirmed"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
HOLDING = "state IN ('pending_approval', 'decided', 'sent', 'confirmed') AND kind <> 'extra_goodwill'"
ORDER, EFFECT, NAME = f"{APP}_order", f"{APP}_moneyeffect", f"{APP}_sum_money"
SUMS = {
    "committed_amount": f"{HOLDING} AND NOT undecided",
    "legacy_amount": f"{HOLDING} AND NOT undecided AND legacy",
    "undecided_amount": f"{HOLDING} AND undecided",
}


def add_triggers(apps, schema_editor):
    """The sums of an order follow from its effects, whoever writes them; a constraint of the order compares them."""
    vendor = schema_editor.connection.vendor
    for statement in sqlite_triggers() if vendor == "sqlite" else postgresql_triggers():
        schema_editor.execute(statement, None)


def remove_triggers(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for event in ("insert", "update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {NAME}_{event}")
    else:
        schema_editor.execute(f"DROP TRIGGER {NAME} ON {EFFECT}")
        schema_editor.execute(f"DROP FUNCTION {NAME}()")


def sqlite_triggers():
    """Sums of decimals are not exact here: ten thousandths are added up as integers."""
    units = "SUM(CAST(ROUND(amount * 10000) AS INTEGER))"
    sums = ", ".join(f"COALESCE({units} FILTER (WHERE {rows}), 0) / 10000.0" for rows in SUMS.values())
    for event, orders in (("insert", "NEW.order_id"), ("update", "OLD.order_id, NEW.order_id"), ("delete", "OLD.order_id")):
        yield (
            f"CREATE TRIGGER {NAME}_{event} AFTER {event.upper()} ON {EFFECT} BEGIN "
            f"UPDATE {ORDER} SET ({', '.join(SUMS)}) = (SELECT {sums} FROM {EFFECT} WHERE order_id = {ORDER}.id) "
            f"WHERE id IN ({orders}); END"
        )


def postgresql_triggers():
    """The order is locked before its effects are added up, so that none of another transaction is missed."""
    sums = ", ".join(f"COALESCE(SUM(amount) FILTER (WHERE {rows}), 0)" for rows in SUMS.values())
    yield (
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE changed bigint; BEGIN "
        "FOR changed IN SELECT DISTINCT o FROM unnest(ARRAY[OLD.order_id, NEW.order_id]) o WHERE o IS NOT NULL ORDER BY o "
        f"LOOP PERFORM 1 FROM {ORDER} WHERE id = changed FOR UPDATE; "
        f"UPDATE {ORDER} SET ({', '.join(SUMS)}) = (SELECT {sums} FROM {EFFECT} WHERE order_id = changed) "
        "WHERE id = changed; END LOOP; RETURN NULL; END $$"
    )
    yield (
        f"CREATE TRIGGER {NAME} AFTER INSERT OR UPDATE OR DELETE ON {EFFECT} "
        f"FOR EACH ROW EXECUTE FUNCTION {NAME}()"
    )


def read_the_past(apps, schema_editor):
    orders = apps.get_model(APP, "Order").objects
    orders.update(shop_payment_status=F("payment_status"))
    orders.filter(payment_status__in=("paid", "partially_refunded", "refunded")).update(paid_amount=F("amount"))
    add_effects(apps)
    follow_payment_status(apps)
    if schema_editor.connection.vendor == "postgresql":  # later changes of tables need their foreign keys checked
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def add_effects(apps):
    """Every refund that was decided counts as confirmed."""
    effect = apps.get_model(APP, "MoneyEffect")
    logs = apps.get_model(APP, "DisputeResolutionLog").objects.filter(refund_amount__gt=0)
    rows = [
        effect(
            kind="refund" if log.refund_amount == log.dispute.order.paid_amount else "partial_refund",
            order=log.dispute.order,
            amount=log.refund_amount,
            currency=log.dispute.order.currency,
            recipient_id=log.dispute.order.client_id,
            cause="dispute",
            dispute=log.dispute,
            state="confirmed",
            legacy=True,
            asked_by_id=log.decided_by_id,
            decided_by_id=log.decided_by_id,
            created_at=log.at,
            decided_at=log.at,
            confirmed_at=log.at,
            updated_at=log.at,
        )
        for log in logs.select_related("dispute__order").order_by("pk")
    ]
    effect.objects.bulk_create(rows, batch_size=500)


def follow_payment_status(apps):
    """The payment status of these orders follows from what has gone back."""
    orders = apps.get_model(APP, "Order").objects.filter(legacy_amount__gt=0)
    for order in orders.order_by("pk"):
        before = order.payment_status
        is_all = before == "refunded" or order.legacy_amount >= order.paid_amount
        after = "refunded" if is_all else "partially_refunded"
        if after != before:
            changes = {"payment_status": after, "version": order.version + 1}
            orders.filter(pk=order.pk).update(**changes, updated_at=now(), public_updated_at=now())
            apps.get_model(APP, "SupportActionLog").objects.create(
                verb="payment status",
                object_kind="order",
                object_id=order.pk,
                before={"payment_status": before},
                after={"payment_status": after},
                door="migration",
            )


def forget_keys_of_shops(apps, schema_editor):
    """On the way back: a key has a person there."""
    apps.get_model(APP, "IdempotencyKey").objects.filter(user=None).delete()


def money(**options):
    return models.DecimalField(max_digits=14, decimal_places=4, **options)


def person(related_name="+", **options):
    options = {"null": True, "blank": True} | options
    protect = django.db.models.deletion.PROTECT
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=protect, related_name=related_name, **options)


def protected(to, related_name, **options):
    return models.ForeignKey(to, on_delete=django.db.models.deletion.PROTECT, related_name=related_name, **options)


def part(to, **options):
    cascade = django.db.models.deletion.CASCADE
    return models.ForeignKey(to, null=True, on_delete=cascade, related_name="+", **options)


def shop_endpoint():
    return migrations.CreateModel(
        name="ShopEndpoint",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("website", protected("support_management.website", "shop_endpoints")),
            (
                "name",
                models.CharField(blank=True, help_text="What calls, for example the shop's server.", max_length=60),
            ),
            ("digest", models.CharField(editable=False, max_length=64, unique=True)),
            ("hint", models.CharField(editable=False, help_text="First characters of the token.", max_length=8)),
            ("secret", models.CharField(blank=True, editable=False, max_length=100, null=True)),
            ("previous_secret", models.CharField(blank=True, editable=False, max_length=100, null=True)),
            ("created_at", models.DateTimeField(auto_now_add=True)),
            ("revoked_at", models.DateTimeField(blank=True, null=True)),
            ("last_used_at", models.DateTimeField(blank=True, null=True)),
            ("last_used_ip", models.GenericIPAddressField(blank=True, null=True, verbose_name="last used from")),
        ],
        options={"verbose_name": "shop endpoint"},
    )


def money_effect():
    key = {"auto_created": True, "primary_key": True, "serialize": False, "verbose_name": "ID"}
    flag = {"db_default": False, "default": False, "editable": False}
    moment = {"blank": True, "null": True}
    causes = [("dispute", "Dispute"), ("order_action", "Order action")]
    return migrations.CreateModel(
        name="MoneyEffect",
        fields=[
            ("id", models.BigAutoField(**key)),
            ("version", models.PositiveIntegerField(default=1, editable=False)),
            ("kind", models.CharField(choices=KINDS, max_length=20)),
            ("order", protected("support_management.order", "money_effects")),
            ("amount", money()),
            ("currency", models.CharField(max_length=3)),
            ("recipient", person(null=False, blank=False)),
            ("cause", models.CharField(choices=causes, max_length=16)),
            ("dispute", protected("support_management.dispute", "money_effects", null=True, blank=True)),
            ("state", models.CharField(choices=STATES, default="decided", max_length=16)),
            ("legacy", models.BooleanField(**flag)),
            ("undecided", models.BooleanField(**flag)),
            ("asked_by", person()),
            ("decided_by", person()),
            (
                "endpoint",
                protected("support_management.shopendpoint", "+", help_text="Which reported last.", **moment),
            ),
            (
                "external_id",
                models.CharField(blank=True, help_text="Of the shop or its payment provider.", max_length=100),
            ),
            ("failure", models.CharField(blank=True, help_text="Why it failed or was cancelled.", max_length=300)),
            ("created_at", models.DateTimeField(default=now, editable=False)),
            ("decided_at", models.DateTimeField(**moment)),
            ("sent_at", models.DateTimeField(**moment)),
            ("confirmed_at", models.DateTimeField(**moment)),
            ("released_at", models.DateTimeField(help_text="When it failed or was cancelled.", **moment)),
            ("updated_at", models.DateTimeField(default=now, editable=False)),
        ],
        options={"abstract": False, "base_manager_name": "objects"},
    )


def constraint(model, name, condition):
    return migrations.AddConstraint(model, models.CheckConstraint(condition=condition, name=name))


class Migration(migrations.Migration):
    dependencies = [(APP, "0026_fair_clocks_and_credit")]

    operations = [
        shop_endpoint(),
        money_effect(),
        *(
            migrations.AddField("order", name, money(db_default=0, default=0, help_text=text, **options))
            for name, text, options in (
                ("paid_amount", "What the shop received for it.", {}),
                (
                    "committed_amount",
                    "Money effects asked for, decided, sent or confirmed.",
                    {"editable": False},
                ),
                ("legacy_amount", "The part of it from before amounts were checked.", {"editable": False}),
                (
                    "undecided_amount",
                    "Money effects that the shop confirmed and nobody decided.",
                    {"editable": False},
                ),
            )
        ),
        migrations.AddField(
            "order",
            "shop_payment_status",
            models.CharField(
                choices=PAYMENT_STATUSES,
                db_default="unpaid",
                default="unpaid",
                help_text="As the shop said it last.",
                max_length=18,
                verbose_name="payment status of the shop",
            ),
        ),
        migrations.AlterField("order", "amount", money()),
        migrations.AlterField(
            "order",
            "payment_status",
            models.CharField(choices=PAYMENT_STATUSES, default="unpaid", editable=False, max_length=18),
        ),
        migrations.AlterField("dispute", "amount_at_risk", money()),
        migrations.AlterField("disputeresolutionlog", "refund_amount", money(default=0)),
        migrations.AlterField("idempotencykey", "user", part(settings.AUTH_USER_MODEL)),
        migrations.AddField("idempotencykey", "endpoint", part("support_management.shopendpoint")),
        migrations.RunPython(migrations.RunPython.noop, forget_keys_of_shops),
        migrations.AddConstraint(
            "idempotencykey",
            models.UniqueConstraint(fields=["endpoint", "key"], name="one_answer_per_key_of_shop"),
        ),
        constraint(
            "idempotencykey",
            "key_of_a_person_or_shop",
            Q(user__isnull=False, endpoint__isnull=True) | Q(user__isnull=True, endpoint__isnull=False),
        ),
        constraint("order", "order_paid_not_negative", Q(paid_amount__gte=0)),
        constraint(
            "order",
            "order_not_over_refunded",
            Q(committed_amount__lte=F("paid_amount")) | Q(committed_amount=F("legacy_amount")),
        ),
        migrations.AddIndex(
            "moneyeffect",
            models.Index(condition=Q(state__in=("decided", "sent")), fields=["state", "id"], name="money_effect_under_way"),
        ),
        migrations.AddIndex("moneyeffect", models.Index(fields=["updated_at", "id"], name="money_effect_by_update")),
        constraint("moneyeffect", "money_effect_amount_positive", Q(amount__gt=0)),
        constraint("moneyeffect", "money_effect_kind_known", Q(kind__in=[name for name, _ in KINDS])),
        constraint("moneyeffect", "money_effect_state_known", Q(state__in=[name for name, _ in STATES])),
        constraint("moneyeffect", "money_effect_names_its_dispute", ~Q(cause="dispute") | Q(dispute__isnull=False)),
        migrations.RunPython(add_triggers, remove_triggers),
        migrations.RunPython(read_the_past, migrations.RunPython.noop),
    ]
