"""Labels hold no comma, websites have domains, and history stays when what it is about is deleted."""

import re
from contextlib import suppress

import django.db.models.deletion
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import migrations, models

import support_management.core.domain_names
import support_management.core.labels
from support_management.core.domain_names import require_domain
from support_management.core.folding import fold

FREE_TEXT = ("segment", "tag", "language")
_ADDRESS = re.compile(r"(?:[a-z]+://)?([^/?#:@\s]+).*", re.IGNORECASE | re.DOTALL)


def mended(label):
    """The label with spaces for commas."""
    return " ".join(label.replace(",", " ").split())


def mend_rows(apps, schema_editor):
    model = lambda name: apps.get_model("support_management", name)  # noqa: E731
    _mend_tags(model("Tag").objects, model("Ticket").tags.through.objects)
    for name in ("SLAPolicy", "SLAPolicyVersion", "SkillRule", "EscalationRule"):
        _mend_conditions(model(name).objects)
    for rule in model("EscalationRule").objects.filter(tag__contains=","):
        model("EscalationRule").objects.filter(pk=rule.pk).update(tag=mended(rule.tag))
    for field in ("segment", "language"):
        for person in model("User").objects.filter(**{f"{field}__contains": ","}):
            model("User").objects.filter(pk=person.pk).update(**{field: mended(getattr(person, field))})
    for site in model("Website").objects.exclude(domain=""):
        model("Website").objects.filter(pk=site.pk).update(domain=_domain_in(site.domain))
    if schema_editor.connection.vendor == "postgresql":  # it alters no table whose foreign keys are not checked yet
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _mend_tags(tags, tagged):
    """A tag that is then spelled like another one gives it its tickets; one of commas only goes."""
    for tag in tags.filter(name__contains=",").order_by("pk"):
        name = mended(tag.name)
        kept = tags.filter(folded=fold(name)).first()
        if name and kept is None:
            tags.filter(pk=tag.pk).update(name=name, folded=fold(name))
            continue
        if name:
            already = tagged.filter(tag_id=kept.pk).values("ticket_id")
            tagged.filter(tag_id=tag.pk).exclude(ticket_id__in=already).update(tag_id=kept.pk)
        tagged.filter(tag_id=tag.pk).delete()
        tags.filter(pk=tag.pk).delete()


def _mend_conditions(rows):
    for row in rows.all():
        conditions = {key: _mended_value(value) if key in FREE_TEXT else value for key, value in row.conditions.items()}
        if conditions != row.conditions:
            rows.filter(pk=row.pk).update(conditions=conditions)


def _mended_value(value):
    if isinstance(value, list):
        return [_mended_value(word) for word in value]
    return (mended(value) or value) if isinstance(value, str) else value


def _domain_in(typed):
    """The domain that was meant: of an address its host. Nothing when there is none in it."""
    host = _ADDRESS.sub(r"\1", typed.strip()).rstrip(".").lower()
    with suppress(ValidationError):
        require_domain(host)
        return host
    return ""


class Migration(migrations.Migration):
    dependencies = [
        ("support_management", "0021_websites_and_presence"),
    ]

    operations = [
        migrations.RunPython(mend_rows, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="escalationrule",
            options={"base_manager_name": "objects", "ordering": ["name"], "verbose_name": "escalation rule"},
        ),
        migrations.AddField(
            model_name="escalationrule",
            name="version",
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name="availabilityinterval",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="availability_intervals",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="businesscalendarversion",
            name="calendar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="versions",
                to="support_management.businesscalendar",
            ),
        ),
        migrations.AlterField(
            model_name="dashboarddrift",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="disputeparticipation",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="disputeresolutionlog",
            name="dispute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="resolutions", to="support_management.dispute"
            ),
        ),
        migrations.AlterField(
            model_name="escalationlog",
            name="dispute",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="escalations",
                to="support_management.dispute",
            ),
        ),
        migrations.AlterField(
            model_name="escalationlog",
            name="order",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="escalations",
                to="support_management.order",
            ),
        ),
        migrations.AlterField(
            model_name="escalationlog",
            name="ticket",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="escalations",
                to="support_management.ticket",
            ),
        ),
        migrations.AlterField(
            model_name="escalationrule",
            name="policy",
            field=models.ForeignKey(
                blank=True,
                help_text="Leave empty for any.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="support_management.slapolicy",
            ),
        ),
        migrations.AlterField(
            model_name="escalationrule",
            name="tag",
            field=models.CharField(
                blank=True, max_length=40, validators=[support_management.core.labels.no_comma], verbose_name="add tag"
            ),
        ),
        migrations.AlterField(
            model_name="escalationrule",
            name="tell_person",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="notify user",
            ),
        ),
        migrations.AlterField(
            model_name="escalationrun",
            name="rule",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="support_management.escalationrule"
            ),
        ),
        migrations.AlterField(
            model_name="mailduty",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="plannedabsence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="absences", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="skillrule",
            name="specialization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rules",
                to="support_management.specialization",
                verbose_name="skill",
            ),
        ),
        migrations.AlterField(
            model_name="slafollowup",
            name="calendar",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="support_management.businesscalendar",
            ),
        ),
        migrations.AlterField(
            model_name="slafollowup",
            name="policy",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="support_management.slapolicy",
            ),
        ),
        migrations.AlterField(
            model_name="slapolicyversion",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="support_management.slapolicy"
            ),
        ),
        migrations.AlterField(
            model_name="supportnotification",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="notifications", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="ticketparticipation",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                help_text="Language the person writes in, such as de. Skill rules can match it.",
                max_length=8,
                validators=[support_management.core.labels.no_comma],
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="segment",
            field=models.CharField(
                blank=True,
                help_text="Customer segment, such as vip. Policies can match it.",
                max_length=40,
                validators=[support_management.core.labels.no_comma],
            ),
        ),
        migrations.AlterField(
            model_name="website",
            name="domain",
            field=models.CharField(
                blank=True, max_length=120, validators=[support_management.core.domain_names.require_domain]
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["updated_at", "id"], name="dispute_by_update"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["updated_at", "id"], name="order_by_update"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["updated_at", "id"], name="ticket_by_update"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__contains", ","), _negated=True), name="tag_without_comma"
            ),
        ),
    ]
