"""What was promised and what clocks have done so far, as the engine keeps it."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.models import F, OuterRef, Subquery

WORDS = {1: "urgent", 2: "high", 3: "normal", 4: "low"}
METRICS = ("first_response", "next_response", "resolution")
STAGES = ("on_track", "due_soon", "at_risk", "breached")
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
OWN_POLICY = "Promises of before"


def carry(apps, schema_editor):
    get = apps.get_model
    if not any(get("support_management", name).objects.exists() for name in ("SLAPolicy", "OrderDisputeSLA")):
        return  # a fresh desk: its own start makes what it needs
    always = always_open(*(get("support_management", f"BusinessCalendar{part}") for part in ("", "Version")))
    policies(get, always)
    clocks(get, always)
    history(get)


def always_open(calendars, versions):
    """The calendar that the desk's own start would make, for promises that are older than calendars."""
    row = calendars.objects.filter(name="Always open").first()
    if row is None:
        facts = {"time_zone": "UTC", "hours": ALWAYS}
        row = calendars.objects.create(name="Always open", **facts)
        versions.objects.create(calendar=row, number=1, effective_from=BEGINNING, **facts)
    return row


def policies(get, always):
    rows, versions = get("support_management", "SLAPolicy"), get("support_management", "SLAPolicyVersion")
    orphans = get("support_management", "OrderDisputeSLA").objects.filter(policy=None)
    if orphans.exists():
        lost = rows.objects.create(name=OWN_POLICY, kind="ticket", priority=1, active=False, version=1)
        orphans.update(policy=lost, policy_version=1)
    for position, row in enumerate(rows.objects.order_by("kind", "priority", "id"), 1):
        row.position, row.calendar = position, always
        row.conditions = {"kind": row.kind, "priority": WORDS[row.priority]}
        row.targets = {name: getattr(row, f"{name}_minutes") for name in METRICS if getattr(row, f"{name}_minutes")}
        row.save()
        facts = {name: getattr(row, name) for name in ("conditions", "targets", "pause_on", "thresholds", "calendar")}
        versions.objects.bulk_create(
            versions(policy=row, number=number, **facts) for number in range(1, row.version + 1)
        )


def clocks(get, always):
    rows = get("support_management", "OrderDisputeSLA").objects
    rows.update(since=F("started_at"), calendar=always)
    for reached, stage in enumerate(STAGES):
        rows.filter(reached=reached).update(stage=stage)


def history(get):
    events, rows = get("support_management", "SLAEvent"), get("support_management", "OrderDisputeSLA").objects
    of_clock = rows.filter(pk=OuterRef("clock"))
    facts = ("target_seconds", "calendar", "policy", "policy_version")
    events.objects.filter(kind="started").update(**{name: Subquery(of_clock.values(name)[:1]) for name in facts})
    events.objects.filter(kind="warned").update(threshold="75 %")


class Migration(migrations.Migration):
    dependencies = [("support_management", "0005_sla_engine")]
    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
