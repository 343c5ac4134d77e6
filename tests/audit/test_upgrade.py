"""A desk whose audit log named people: names become ids, and texts become lengths."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from support_management import migrations
from support_management.audit import log
from support_management.audit.models import SupportActionLog
from support_management.core.writer_settings import exempted
from tests.factories import make_dispute, make_ticket

pytestmark = pytest.mark.django_db
[NAME] = [file.stem for file in Path(migrations.__path__[0]).glob("*_record_changes.py")]
upgrade = import_module(f"support_management.migrations.{NAME}")


class Editor:
    connection = connection
    quote_name = connection.ops.quote_name


def test_lines_of_an_old_desk_name_nobody(ada, ben, lea, cleo):
    ticket, dispute = make_ticket(), make_dispute()
    with exempted(SupportActionLog._meta.db_table):
        SupportActionLog.objects.all()._raw_delete("default")
    assigned = {"before": {"assignee": "", "status": "new"}, "after": {"assignee": "Ada Agent", "why": "Ben is ill"}}
    log.record(by=lea, verb="assign", on=ticket, **assigned)
    log.record(by=lea, verb="assign", on=dispute, before={"assignee": "Ada Agent"}, after={"assignee": "Gone Person"})
    log.record(by=lea, verb="ask", on=ticket, after={"agent": "Ben Agent", "words": "Ben, look"})
    log.record(by=lea, verb="create", on=ticket, after={"subject": "Ben's order", "priority": "normal"})
    log.record(by=lea, verb="edit", on=cleo, before={"name": "Cleo Client"}, after={"name": "Cleo Nova", "role": "x"})
    log.record(by=lea, verb="delete", on=cleo, before={"was": "Cleo Client"})
    log.write(by_id=lea.pk, verb="issue", kind="apitoken", pk=1, after={"hint": "desk_abc", "person": "ada"})
    log.write(by_id=None, verb="wrong password", kind="user", pk=None, after={"person": "unknown"})
    log.record(by=lea, verb="status", on=ticket, before={"status": "open"}, after={"status": "closed"})
    with exempted(SupportActionLog._meta.db_table):
        upgrade.scrub(apps, Editor)
    found = [(line.before, line.after) for line in SupportActionLog.objects.order_by("pk")]
    assert found == [
        ({"assignee": None, "status": "new"}, {"assignee": ada.pk, "why": {"chars": 10}}),
        ({"assignee": ada.pk}, {"assignee": {"chars": 11}}),
        ({}, {"assignee": ben.pk, "words": {"chars": 9}}),
        ({}, {"subject": {"chars": 11}, "priority": "normal"}),
        ({"name": {"chars": 11}}, {"name": {"chars": 9}, "role": "x"}),
        ({}, {}),
        ({}, {"hint": "desk_abc", "person": ada.pk}),
        ({}, {"person": "unknown"}),
        ({"status": "open"}, {"status": "closed"}),
    ]
    assert not any(name in json.dumps(found) for name in ("Ada", "Ben", "Cleo"))
