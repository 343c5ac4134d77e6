"""Clocks of tickets that wait for their requester: before the engine they ran on, from now on they stand still."""

from itertools import batched

from django.db import migrations
from django.utils import timezone

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
CHUNK = 500


def stand_still(apps, schema_editor):
    get = apps.get_model
    policies = get("support_management", "SLAPolicyVersion").objects.values_list("policy", "number", "pause_on")
    waits = {(policy, number) for policy, number, pause_on in policies if "pending" in pause_on}
    at = timezone.now()
    running = get("support_management", "OrderDisputeSLA").objects.filter(state="running", ticket__status="pending")
    rows = running.filter(next_fire_at__gt=at, since__lt=at, is_open=True).select_related("calendar").order_by("pk")
    for some in batched(rows.iterator(CHUNK), CHUNK, strict=False):
        pause(get, [row for row in some if (row.policy_id, row.policy_version) in waits and never_closes(row)], at)


def never_closes(clock):
    """As every clock's calendar was before there were others."""
    calendar = clock.calendar
    return calendar.hours == ALWAYS and not calendar.holidays and not calendar.holiday_country


def pause(get, clocks, at):
    rows, events = get("support_management", "OrderDisputeSLA").objects, get("support_management", "SLAEvent")
    never = get("support_management", "Ticket")._meta.get_field("next_due_at").default
    for clock in clocks:
        clock.served, clock.since, clock.paused_at = clock.served + (at - clock.since), at, at
        clock.state, clock.next_fire_at = "paused", never
    rows.bulk_update(clocks, ["served", "since", "paused_at", "state", "next_fire_at"])
    facts = {"kind": "paused", "at": at, "fired_at": at, "cause": "status pending"}
    events.objects.bulk_create(events(clock_id=clock.pk, due_at=clock.due_at, **facts) for clock in clocks)
    for ticket in {clock.ticket_id for clock in clocks}:
        show(get, ticket, never)


def show(get, ticket, never):
    """What bites first, as the desk itself puts it onto the row: a missed deadline, else none while all stand still."""
    clocks = get("support_management", "OrderDisputeSLA").objects.filter(ticket=ticket, is_open=True)
    clocks = list(clocks.order_by("due_at", "id"))
    bites = next((clock for clock in clocks if clock.state != "paused"), None)
    word = bites.stage if bites and bites.state == "running" else (bites or clocks[0]).state
    facts = {
        "next_due_at": bites.due_at if bites else never,
        "due_state": word,
        "due_metric": (bites or clocks[0]).metric,
    }
    get("support_management", "Ticket").objects.filter(pk=ticket).update(**facts)


class Migration(migrations.Migration):
    dependencies = [("support_management", "0011_escalations")]
    operations = [migrations.RunPython(stand_still, migrations.RunPython.noop)]
