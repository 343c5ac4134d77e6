"""A desk from before the engine: its clocks ran on while their tickets waited."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import QuerySet

from support_management.core.time import NEVER
from support_management.events.suppression import quietly
from support_management.sla.models import OrderDisputeSLA
from support_management.sla.repair import verify
from support_management.tickets import triage
from support_management.tickets.models import Ticket
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db
waiting = import_module("support_management.migrations.0012_waiting_stands_still")


def test_they_stand_still_from_the_upgrade_on_and_run_on_with_the_ticket(ada):
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
