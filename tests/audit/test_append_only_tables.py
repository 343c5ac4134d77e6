"""The database keeps what was recorded: no statement changes or deletes it, of whatever client."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import PROTECT, PositiveIntegerField

from support_management.audit.audited import CHANGEABLE
from support_management.audit.models import RecordChangeLog, SupportActionLog
from support_management.audit.triggers import install
from support_management.audit.triggers.definition import append_only_models
from support_management.core.writer_settings import exempted
from support_management.disputes import lifecycle
from support_management.disputes.models import DisputeResolutionLog, DisputeWeight
from support_management.escalations.models import EscalationLog
from support_management.models import SLAEvent
from tests.factories import make_dispute, make_ticket

pytestmark = pytest.mark.django_db
UPSERT = "INSERT INTO {table} SELECT * FROM {table} WHERE id = {id} ON CONFLICT (id) DO UPDATE SET {column} = 'x'"
EVERYWHERE = ["UPDATE {table} SET {column} = 'x' WHERE id = {id}", "DELETE FROM {table} WHERE id = {id}", UPSERT]
ONLY_THERE = {
    "sqlite": ["INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE id = {id}", "DELETE FROM {table}"],
    "postgresql": ["TRUNCATE {table} CASCADE", "UPDATE {table} SET {column} = 'x'"],
}
COLUMNS = {SupportActionLog: "verb", RecordChangeLog: "door", SLAEvent: "cause", DisputeResolutionLog: "notes"}


@pytest.fixture
def decided(lea):
    row = make_dispute()
    lifecycle.resolve(dispute=row.pk, outcome="withdrawn", notes="Settled.", by=lea)
    connection.check_constraints()  # PostgreSQL truncates no table whose foreign keys are not checked yet


@pytest.mark.parametrize("model", COLUMNS, ids=lambda model: model.__name__)
def test_no_statement_changes_a_row(decided, model):
    row = model.objects.order_by("pk").first()
    before = list(model.objects.order_by("pk").values())
    names = {"table": model._meta.db_table, "column": COLUMNS[model], "id": row.pk}
    for statement in [*EVERYWHERE, *ONLY_THERE[connection.vendor]]:
        with pytest.raises(IntegrityError, match="never"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(**names))
    assert list(model.objects.order_by("pk").values()) == before


def test_nor_one_that_is_replaced_by_what_is_unique(db):
    make_ticket()
    row = SLAEvent.objects.filter(kind="started").order_by("pk").values().first()
    row.pop("id")
    columns, values = ", ".join(row), list(row.values())
    into = f"INTO support_management_slaevent ({columns}) VALUES ({', '.join(['%s'] * len(row))})"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT {into} ON CONFLICT DO NOTHING", values)
        for verb in ("INSERT", "INSERT OR REPLACE") if connection.vendor == "sqlite" else ("INSERT",):
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute(f"{verb} {into}", values)
    row = make_ticket()
    assert SLAEvent.objects.filter(clock__ticket=row, kind="started").exists()


def test_a_decision_that_is_asked_for_can_be_made_and_not_deleted(ada):
    row = EscalationLog.objects.create(type="ticket", reason="x", ticket=make_ticket())
    EscalationLog.objects.update(status="approved")
    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        row.delete()


def test_only_what_is_exempted_for_this_transaction(decided):
    table = DisputeResolutionLog._meta.db_table
    with exempted(table), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET notes = 'Other words'")
    for statement in (f"UPDATE {table} SET notes = 'x'", "DELETE FROM support_management_slaevent"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_append_only_rows_are_protected_from_what_they_name():
    kept = [model for model in SupportActionLog._meta.apps.get_models() if model.__name__ in append_only_models()]
    loose = [
        f"{model.__name__}.{field.name}"
        for model in [*kept, EscalationLog]
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete is not PROTECT
    ]
    assert len(kept) >= 10
    assert "DomainEvent" in CHANGEABLE
    assert loose == []


@pytest.mark.django_db(transaction=True)
def test_an_altered_table_has_its_triggers_again_after_the_migration():
    small, large = DisputeWeight._meta.get_field("units"), PositiveIntegerField(default=1)
    large.set_attributes_from_name("units")
    with connection.schema_editor() as editor:
        editor.alter_field(DisputeWeight, small, large, strict=True)
    missing = list(install.problems())
    assert missing
    assert all("disputeweight" in problem for problem in missing)
    with connection.schema_editor() as editor:
        editor.alter_field(DisputeWeight, large, small, strict=True)
    install.after_migrate(using="default", apps=DisputeWeight._meta.apps)
    assert list(install.problems()) == []
    row = DisputeWeight.objects.create(priority=1, units=3)
    assert RecordChangeLog.objects.filter(object_kind="disputeweight", object_id=row.pk).count() == 1
