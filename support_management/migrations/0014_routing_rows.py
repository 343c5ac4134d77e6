"""What was known before availability and loads had parts: states as they were said, loads by kind of work."""

from django.db import migrations
from django.db.models import F, Q, Sum


def fill(apps, schema_editor):
    availability = apps.get_model("support_management", "SupportAvailability").objects
    availability.update(state=F("says"), state_since=F("since"))
    for says in ("away", "break", "offline"):
        availability.filter(says=says).update(available=False, why_not=says)
    interval = apps.get_model("support_management", "AvailabilityInterval")
    interval.objects.bulk_create(
        interval(
            user_id=row.user_id,
            state=row.state,
            available=row.available,
            why_not=row.why_not,
            cause="said",
            began_at=row.state_since,
        )
        for row in availability.all()
    )
    trackers = apps.get_model("support_management", "SupportWorkloadTracker").objects
    for model, field in (("Ticket", "ticket_load"), ("Dispute", "dispute_load")):
        held = apps.get_model("support_management", model).objects.filter(Q(is_open=True, assignee__isnull=False))
        for agent_id, units in held.order_by().values_list("assignee").annotate(Sum("units")):
            trackers.filter(user=agent_id).update(**{field: units})
    log = apps.get_model("support_management", "ReassignmentLog").objects
    words = {"claimed": "claimed", "released": "released", "written": "written by hand", "away": "away"}
    for cause, reason in (words | {"suspended": "suspended", "inactive": "inactive"}).items():
        log.filter(reason=reason).update(cause=cause)
    log.filter(reason__startswith="rule ").update(cause="rule")


class Migration(migrations.Migration):
    dependencies = [("support_management", "0013_routing")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
