"""Every written row of an audited table leaves its values, whoever wrote it, from wherever."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, QuerySet

from support_management.audit import history
from support_management.audit.audited import AUDITED, NOT_AUDITED
from support_management.audit.models import RecordChangeLog, SupportActionLog
from support_management.core import request_context
from support_management.core.time import now
from support_management.escalations.models import EscalationLog
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.people.skills.models import Specialization
from support_management.tickets import ownership, triage
from support_management.tickets.models import Tag, Ticket
from tests.factories import make_dispute, make_order, make_ticket
from tests.pages.builders import Person

pytestmark = pytest.mark.django_db


def changes(kind: str, pk: int | None = None) -> list[RecordChangeLog]:
    rows = RecordChangeLog.objects.filter(object_kind=kind).order_by("id")
    return list(rows if pk is None else rows.filter(object_id=pk))


def from_outside(statement: str, *values) -> None:
    """As another client of the database writes, which says nothing about itself."""
    connection.connection.execute(
        "DELETE FROM support_management_writer"
        if connection.vendor == "sqlite"
        else "SELECT set_config('desk.door', '', true), set_config('desk.actor', '', true)"
    )
    connection._forget()
    mark = "?" if connection.vendor == "sqlite" else "%s"
    connection.connection.execute(statement.replace("%s", mark), values)


def test_every_model_is_audited_or_there_is_a_reason():
    models = apps.get_app_config("support_management").get_models(include_auto_created=True)
    assert sorted(model._meta.object_name for model in models) == sorted([*AUDITED, *NOT_AUDITED])


class TestWhatIsKept:
    def test_the_values_of_a_change_with_actor_door_and_request(self, ada):
        row = make_ticket(assignee=ada, priority="normal")
        request_context.begin(door="api", request_id="r-9", user_id=ada.pk)
        triage.set_priority(ticket=row.pk, priority="urgent", by=ada)
        change = changes("ticket", row.pk)[-1]
        assert (change.operation, change.before, change.after) == ("update", {"priority": 3}, {"priority": 1})
        assert (change.actor, change.door, change.request_id) == (ada, "api", "r-9")
        line = SupportActionLog.objects.filter(verb="priority", object_id=row.pk).get()
        assert line.request_id == change.request_id

    def test_amounts_and_instants_are_values(self, cleo):
        at = now() + timedelta(days=3)
        row = make_order(amount="120.00")
        Order.objects.filter(pk=row.pk).update(amount="99.50", deadline=at)
        change = changes("order", row.pk)[-1]
        assert (Decimal(change.before["amount"]), Decimal(change.after["amount"])) == (Decimal(120), Decimal("99.5"))
        assert change.after["deadline"].replace("Z", "+00:00")[:22] == at.isoformat()[:22]

    def test_names_addresses_and_texts_are_not(self, cleo):
        row = make_ticket(subject="Where is Berta?")
        User.objects.filter(pk=cleo.pk).update(name="Cleo Nova", email="nova@example.org")
        kept = json.dumps([[change.before, change.after] for change in RecordChangeLog.objects.all()])
        for text in ("Berta", "Nova", "nova@", "Client", cleo.username, cleo.email):
            assert text not in kept
        assert changes("ticket", row.pk)[0].after["subject"] == {"chars": 15}
        assert changes("user", cleo.pk)[-1].after == {"name": {"chars": 9}, "email": {"chars": 16}}

    def test_only_what_changed_and_nothing_where_nothing_did(self, ada):
        row = make_ticket(assignee=ada)
        count = RecordChangeLog.objects.count()
        QuerySet.update(Ticket.objects.filter(pk=row.pk), priority=row.priority, subject=row.subject)
        QuerySet.update(Ticket.objects.filter(pk=row.pk), due_state="at_risk", units=F("units") + 1)
        assert RecordChangeLog.objects.count() == count

    def test_a_deleted_row_leaves_what_it_was(self, db):
        row = Specialization.objects.create(slug="irish", name="Irish", position=4)
        row.delete()
        change = changes("specialization", row.pk or 0)[-1:] or changes("specialization")[-1:]
        assert [(one.operation, one.before, one.after) for one in change] == [
            ("delete", {"slug": "irish", "name": "Irish", "position": 4}, {})
        ]

    def test_links_belong_to_their_object(self, ada):
        row, tag = make_ticket(), Tag.objects.create(name="vip")
        row.tags.add(tag)
        row.tags.clear()
        links = [change for change in history.changes_of(row) if change.object_kind == "ticket_tags"]
        assert [(change.operation, change.before or change.after) for change in links] == [
            ("delete", {"ticket": row.pk, "tag": tag.pk}),
            ("insert", {"ticket": row.pk, "tag": tag.pk}),
        ]


class TestRawWrites:
    def test_six_hundred_rows_are_six_hundred_lines(self, ira):
        request_context.begin(door="admin", user_id=ira.pk)
        rows = Specialization.objects.bulk_create(
            Specialization(slug=f"s{at}", name=f"Skill {at}", position=1) for at in range(600)
        )
        made = Specialization.objects.filter(slug__startswith="s", position=1)
        assert made.update(position=2) == 600
        for row in rows:
            row.position = 3
        Specialization.objects.bulk_update(rows, ["position"])
        with connection.cursor() as cursor:
            cursor.execute("UPDATE support_management_specialization SET position = 4 WHERE position = 3")
        mine = RecordChangeLog.objects.filter(object_kind="specialization", actor=ira, door="admin")
        written = list(mine.filter(object_id__in=[row.pk for row in rows]).values_list("operation", "before", "after"))
        for before, after in ((1, 2), (2, 3), (3, 4)):
            assert written.count(("update", {"position": before}, {"position": after})) == 600
        assert sum(operation == "insert" for operation, *_ in written) == 600

    def test_another_client_is_outside(self, ada):
        row = make_ticket(assignee=ada)
        from_outside("UPDATE support_management_ticket SET status = %s WHERE id = %s", "closed", row.pk)
        change = changes("ticket", row.pk)[-1]
        assert (change.actor_name, change.door, change.after["status"]) == ("outside", "outside", "closed")
        assert bool(change.cause) is (connection.vendor == "postgresql")

    def test_after_another_client_the_product_is_known_again(self, ada):
        row = make_ticket(assignee=ada)
        from_outside("UPDATE support_management_ticket SET priority = 4 WHERE id = %s", row.pk)
        QuerySet.update(Ticket.objects.filter(pk=row.pk), priority=2)
        assert [change.door for change in changes("ticket", row.pk)[-2:]] == ["outside", "shell"]

    @pytest.mark.django_db(transaction=True)
    def test_statements_without_a_transaction(self, ada):
        row = make_dispute(assignee=ada)
        request_context.begin(door="shell", user_id=ada.pk)
        assert not connection.in_atomic_block
        made = EscalationLog.objects.create(type="dispute", reason="x", dispute=row)
        with connection.cursor() as cursor:
            cursor.execute("update support_management_escalationlog set level = 2 where id = %s", [made.pk])
            cursor.execute("WITH v(n) AS (SELECT 1) UPDATE support_management_escalationlog SET level = 3 FROM v")
        assert [(change.operation, change.actor) for change in changes("escalationlog", made.pk)] == [
            ("insert", ada),
            ("update", ada),
            ("update", ada),
        ]
        assert EscalationLog.objects.get(pk=made.pk).level == 3


class TestWhoWrites:
    def test_the_actor_of_a_capability_stands_above_the_user_of_the_request(self, ada, lea):
        row = make_ticket()
        ownership.assign(ticket=row.pk, to=ada, by=lea)
        assert changes("ticket", row.pk)[-1].actor == lea
        request_context.begin(door="task", cause="route_waiting_work")
        triage.set_status(ticket=row.pk, status="pending", by=None)
        change = changes("ticket", row.pk)[-1]
        assert (change.actor_name, change.cause) == ("system (task)", "route_waiting_work")

    def test_two_in_one_transaction_and_after_a_savepoint_that_was_taken_back(self, ada, ben):
        row = make_ticket()
        tickets = Ticket.objects.filter(pk=row.pk)
        for actor, priority in ((ada, 1), (ben, 2)):
            with request_context.acting(actor):
                QuerySet.update(tickets, priority=priority)
        try:
            with transaction.atomic(), request_context.acting(ada):
                QuerySet.update(tickets, priority=3)
                raise KeyError
        except KeyError:
            pass
        with request_context.acting(ada):
            QuerySet.update(tickets, priority=4)
        found = [(change.actor, change.after) for change in changes("ticket", row.pk)[-3:]]
        assert found == [(ada, {"priority": 1}), (ben, {"priority": 2}), (ada, {"priority": 4})]


def test_admins_read_before_and_after_of_one_object(ira, ada):
    row = make_ticket(assignee=ada, subject="Secret subject")
    triage.set_priority(ticket=row.pk, priority="urgent", by=ada)
    page = Person(ira).page(f"/admin/support_management/ticket/{row.pk}/history/")
    text = page.by_id("change-history").text
    for words in ("Ada Agent", "priority 3 1", "Changed ticket", "text of 14 characters"):
        assert words in text, text
    listed = Person(ira).get("/admin/support_management/recordchangelog/").content.decode()
    assert "priority: 3 → 1" in listed
