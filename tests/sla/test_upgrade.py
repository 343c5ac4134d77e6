"""Upgrades: what a migration makes of the clocks of a desk in use."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import QuerySet

from support_management.core.time import NEVER
from support_management.events.suppression import quietly
from support_management.sla import policy_editing
from support_management.sla.models import OrderDisputeSLA, SLAPolicy, SLAPolicyVersion
from support_management.sla.policy_editing import PolicyValues
from support_management.sla.repair import verify
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket
from tests.factories import make_old, make_ticket
from tests.past import rewrite

pytestmark = pytest.mark.django_db
fair = import_module("support_management.migrations.0026_fair_clocks_and_credit")
waiting = import_module("support_management.migrations.0012_waiting_stands_still")


def test_they_stand_still_from_the_upgrade_on_and_run_on_with_the_ticket(ada, old_desk):
    row, working = make_ticket(assignee=ada), make_ticket(assignee=ada)
    QuerySet.update(Ticket.objects.filter(pk=row.pk), status="pending", units=0)
    with quietly():
        waiting.stand_still(apps, None)
    clocks = OrderDisputeSLA.objects.filter(ticket=row)
    assert set(clocks.values_list("state", "next_fire_at")) == {("paused", NEVER)}
    assert (Ticket.objects.get(pk=row.pk).due_state, Ticket.objects.get(pk=row.pk).due_at) == ("paused", None)
    assert set(OrderDisputeSLA.objects.filter(ticket=working).values_list("state", flat=True)) == {"running"}
    triage.set_status(ticket=row.pk, status="open", by=ada)
    assert set(clocks.values_list("state", flat=True)) == {"running"}
    assert [str(one) for one in verify.differences()] == []


@pytest.fixture
def old_desk(ira):
    """Policies as they were before each metric had its own pauses."""
    with quietly():
        SLAPolicy.objects.update(pause_on=["pending"])
        rewrite(SLAPolicyVersion.objects.all(), pause_on=["pending"])
    return {row.name: row for row in SLAPolicy.objects.all()}


class TestOnlyResolutionPauses:
    def test_default_policies_get_a_version_and_their_clocks_follow_unbreached(self, old_desk, ada):
        waits = make_ticket(assignee=ada, status="pending")
        almost = make_old(make_ticket(assignee=ada), by=timedelta(hours=3, minutes=59))
        triage.set_status(ticket=almost.pk, status="pending", by=ada)
        works = make_ticket(assignee=ada)
        first = OrderDisputeSLA.objects.filter(metric="first_response").order_by("ticket")
        assert list(first.values_list("state", flat=True)) == ["paused", "paused", "running"]
        due = first.get(ticket=works).due_at
        fair.pause_resolution_only(apps, None)
        call_command("migrate", verbosity=0)  # its last step lets clocks follow
        row = SLAPolicy.objects.get(name="Tickets, normal")
        assert (row.version, row.pause_on) == (2, {"resolution": ["pending"]})
        assert SLAPolicyVersion.objects.get(policy=row, number=2).targets == row.targets
        clocks = OrderDisputeSLA.objects.all()
        assert set(clocks.values_list("policy_version", flat=True)) == {2}
        assert set(clocks.values_list("metric", "state")) == {
            ("first_response", "running"),
            ("resolution", "paused"),
            ("resolution", "running"),
        }
        assert first.get(ticket=works).due_at == due
        assert first.get(ticket=almost).due_at - first.get(ticket=almost).since >= timedelta(minutes=59)
        assert Ticket.objects.get(pk=waits.pk).due_metric == "first_response"
        assert [str(one) for one in verify.differences()] == []

    def test_what_an_admin_made_or_changed_stays(self, old_desk, ira):
        high, own = (
            old_desk["Tickets, high"],
            PolicyValues(name="Own", targets=[{"metric": "resolution", "minutes": 9}]),
        )
        for pauses in (["on_hold"], ["pending"]):  # chosen, even if it is what the default was
            policy_editing.change(policy=high.pk, by=ira, values=PolicyValues(pause_on=pauses))
        made = policy_editing.create(by=ira, values=own)
        policy_editing.change(policy=made.pk, by=ira, values=PolicyValues(pause_on=["pending"]))
        low = old_desk["Tickets, low"]
        policy_editing.change(policy=low.pk, by=ira, values=PolicyValues(thresholds=[{"at_percent": 50}]))
        fair.pause_resolution_only(apps, None)
        kept = SLAPolicy.objects.filter(pk__in=[high.pk, made.pk]).values_list("version", "pause_on")
        assert list(kept) == [(3, ["pending"]), (2, ["pending"])]
        changed = SLAPolicy.objects.get(pk=low.pk)
        assert (changed.version, changed.thresholds) == (3, [{"at_percent": 50}])
        assert changed.pause_on == {"resolution": ["pending"]}

    def test_a_clock_that_kept_an_older_version_keeps_it(self, old_desk, ira):
        kept = make_ticket()
        policy = old_desk["Tickets, normal"]
        targets = [{"metric": "first_response", "minutes": 30}, {"metric": "resolution", "minutes": 60}]
        policy_editing.change(policy=policy.pk, by=ira, values=PolicyValues(targets=targets))
        new = make_ticket()
        fair.pause_resolution_only(apps, None)
        call_command("migrate", verbosity=0)
        versions = OrderDisputeSLA.objects.filter(metric="resolution").values_list("ticket", "policy_version")
        assert dict(versions) == {kept.pk: 1, new.pk: 3}


def test_credit_goes_to_authors_and_movers(ada, ben, lea):
    answered = make_ticket(assignee=ada)
    conversation.reply(ticket=answered.pk, by=lea, body="For Ada")
    triage.set_status(ticket=answered.pk, status="resolved", by=lea)
    swept = make_ticket(assignee=ben)
    conversation.reply(ticket=swept.pk, by=ben, body="Done")
    ownership.assign(ticket=swept.pk, to=ada, by=lea)
    Ticket.objects.filter(pk=swept.pk).update(status="resolved")
    QuerySet.update(Ticket.objects.all(), first_replied_by=None, resolved_by=None)
    fair.credit(apps, None)
    rows = Ticket.objects.order_by("pk").values_list("first_replied_by", "resolved_by")
    assert list(rows) == [(lea.pk, lea.pk), (ben.pk, ada.pk)]
    assert lea.dashboard.tickets_handled == 1
