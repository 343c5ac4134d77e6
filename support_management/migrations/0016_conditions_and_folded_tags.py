"""Escalation rules get conditions; tags whose names differ only in capitals become one."""

from django.db import migrations, models

from support_management.core.folding import fold


def merge_tags(apps, schema_editor):
    """The tag that came first keeps its spelling and gets the tickets of the others."""
    tags = apps.get_model("support_management", "Tag").objects
    tagged = apps.get_model("support_management", "Ticket").tags.through.objects
    first = {}
    for tag in tags.order_by("pk"):
        folded = fold(tag.name)
        kept = first.setdefault(folded, tag.pk)
        if kept == tag.pk:
            tags.filter(pk=tag.pk).update(folded=folded)
            continue
        already = tagged.filter(tag_id=kept).values("ticket_id")
        tagged.filter(tag_id=tag.pk).exclude(ticket_id__in=already).update(tag_id=kept)
        tagged.filter(tag_id=tag.pk).delete()
        tags.filter(pk=tag.pk).delete()
    if schema_editor.connection.vendor == "postgresql":  # it alters no table whose foreign keys are not checked yet
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("support_management", "0014_routing_rows")]

    operations = [
        migrations.AddField(
            model_name="tag",
            name="folded",
            field=models.CharField(default="", editable=False, max_length=120),
            preserve_default=False,
        ),
        migrations.RunPython(merge_tags, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="tag",
            name="folded",
            field=models.CharField(editable=False, max_length=120, unique=True),
        ),
        migrations.AddField(
            model_name="escalationrule",
            name="conditions",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Keys: type, priority, website, channel, kind, segment, tag, language, word. Each takes one value or a list.",
            ),
        ),
        migrations.AlterField(
            model_name="skillrule",
            name="conditions",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Keys: type, priority, website, channel, kind, segment, tag, language, word. Each takes one value or a list.",
            ),
        ),
    ]
