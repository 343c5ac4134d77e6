"""Who did what, to what, from where."""

import json

import pytest

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.errors import Conflict, NotAllowed
from support_management.tickets import conversation, ownership, triage
from tests.factories import make_order, make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def test_every_capability_leaves_a_line_with_the_door_it_came_through(ada, cleo):
    request_context.begin(door="api", request_id="r-7", ip="10.1.2.3", user_id=ada.pk)
    row = make_ticket(by=cleo, order=make_order())
    ownership.claim(ticket=row.pk, by=ada)
    conversation.reply(ticket=row.pk, by=ada, body="Hello", status="pending")
    conversation.note(ticket=row.pk, by=ada, body="Hm")
    conversation.reply(ticket=row.pk, by=cleo, body="Hi")
    triage.set_priority(ticket=row.pk, priority="high", by=ada)
    triage.set_type(ticket=row.pk, type="order", by=ada)
    triage.set_tags(ticket=row.pk, tags=["vip"], by=ada)
    ownership.release(ticket=row.pk, by=ada)
    lines = SupportActionLog.objects.filter(object_kind="ticket", object_id=row.pk).order_by("id")
    said = [(line.verb, line.actor.username) for line in lines]
    assert said == [
        ("create", "cleo"),
        ("assign", "ada"),
        ("reply", "ada"),
        ("status", "ada"),
        ("note", "ada"),
        ("requester", "cleo"),
        ("status", "cleo"),
        ("priority", "ada"),
        ("type", "ada"),
        ("tags", "ada"),
        ("assign", "ada"),
    ]
    kept = json.dumps([[line.before, line.after] for line in lines])
    assert not any(name in kept for name in ("Ada", "Cleo", "Hello", row.subject))
    assert {(line.door, line.request_id, line.ip) for line in lines} == {("api", "r-7", "10.1.2.3")}


def test_the_system_is_named_with_its_door(ada):
    request_context.begin(door="task", request_id="t-1")
    row = make_ticket(assignee=ada)
    line = SupportActionLog.objects.filter(object_kind="ticket", object_id=row.pk, verb="assign").get()
    assert line.actor_name == "system (task)"


def test_a_refusal_leaves_no_line(ada, ben):
    row = make_ticket(assignee=ada)
    before = SupportActionLog.objects.count()
    with refused("taken", Conflict, match="Already assigned"):
        ownership.claim(ticket=row.pk, by=ben)
    assert SupportActionLog.objects.count() == before


def test_lines_are_only_ever_added(ada):
    make_ticket()
    line = SupportActionLog.objects.first()
    changes = [
        line.save,
        line.delete,
        SupportActionLog.objects.all().delete,
        lambda: SupportActionLog.objects.update(verb="x"),
        lambda: SupportActionLog.objects.bulk_update([line], ["verb"]),
        lambda: SupportActionLog._base_manager.filter(pk=line.pk).update(verb="x"),
        lambda: SupportActionLog.objects.bulk_create(
            [line], update_conflicts=True, unique_fields=["id"], update_fields=["verb"]
        ),
    ]
    for change in changes:
        with refused("append_only", NotAllowed):
            change()
    assert SupportActionLog.objects.filter(pk=line.pk, verb=line.verb).exists()
