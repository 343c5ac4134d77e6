"""A kept statement is the one that the ORM would write, and does what the ORM's does."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from support_management.audit.models import SupportActionLog
from support_management.core.prepared_statements import (
    Parameter,
    PreparedInsert,
    PreparedSelect,
    PreparedUpdate,
    set_prefetched,
)
from support_management.core.time import now
from support_management.events.suppression import quietly
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket, TicketMessage, TicketParticipation
from tests.concurrency import at_once
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db
_BRACKETS = str.maketrans("", "", "()")


def said(action) -> tuple[list[str], object]:
    """The statements of an action, without brackets: a value that stands in for an expression gets some."""
    with CaptureQueriesContext(connection) as taken:
        answer = action()
    return [query["sql"].translate(_BRACKETS) for query in taken], answer


def test_ada_reads_a_row_as_the_orm_gives_it(ada):
    ticket = make_ticket(assignee=ada)
    read = PreparedSelect(lambda: Ticket.objects.filter(pk=Parameter("pk")).select_related("type", "assignee", "order"))
    read(pk=0)
    ours, [row] = said(lambda: read(pk=ticket.pk))
    theirs, [same] = said(lambda: list(Ticket.objects.filter(pk=ticket.pk).select_related("type", "assignee", "order")))
    assert ours == theirs
    assert {name: value for name, value in vars(row).items() if name != "_state"} == {
        name: value for name, value in vars(same).items() if name != "_state"
    }
    assert (row.assignee.name, row.type.slug, row.order) == (same.assignee.name, same.type.slug, None)


def test_the_next_reader_gets_their_own_row(ada):
    first, second = make_ticket(subject="One"), make_ticket(subject="Two")
    read = PreparedSelect(lambda: Ticket.objects.filter(pk=Parameter("pk")))
    assert [read(pk=row.pk)[0].subject for row in (first, second, first)] == ["One", "Two", "One"]
    assert read(pk=0) == []


def test_ada_changes_a_row_only_while_it_is_as_she_saw_it(ada):
    ticket, moment, meta = make_ticket(), now() - timedelta(hours=1), Ticket._meta
    assignee, updated_at = (meta.get_field(name) for name in ("assignee", "updated_at"))
    values = {"assignee": Parameter("assignee", assignee), "updated_at": Parameter("at", updated_at)}
    rows = lambda: Ticket.objects.filter(pk=Parameter("pk"), version=Parameter("seen"))  # noqa: E731
    change = PreparedUpdate(rows, **values, version=F("version") + 1)
    seen = Ticket.objects.get(pk=ticket.pk).version
    assert change(pk=ticket.pk, seen=seen + 1, assignee=ada, at=moment) == 0
    ours, met = said(lambda: change(pk=ticket.pk, seen=seen, assignee=ada, at=moment))
    row = Ticket.objects.get(pk=ticket.pk)
    assert (met, row.assignee, row.updated_at, row.version) == (1, ada, moment, seen + 1)
    with quietly():
        theirs, _ = said(
            lambda: Ticket.objects.filter(pk=ticket.pk, version=seen).update(
                assignee=ada, updated_at=moment, version=F("version") + 1
            )
        )
    assert ours == theirs
    assert change(pk=ticket.pk, seen=seen + 1, assignee=None, at=moment) == 1
    assert Ticket.objects.get(pk=ticket.pk).assignee is None


@pytest.mark.parametrize("hostile", ["plain", "100 % of 'it' \\ %s", "ü → 𝔘"])
def test_what_ada_writes_is_stored_as_the_orm_stores_it(ada, hostile):
    ticket = make_ticket()
    insert = PreparedInsert(SupportActionLog)
    facts = {"actor": ada, "verb": "v", "object_kind": "ticket", "object_id": ticket.pk, "door": "api", "ip": "::1"}
    rows = [SupportActionLog(**facts, before={"a": hostile}, after={"b": [1, None]}) for _ in range(2)]
    ours, _ = said(lambda: insert(rows[0]))
    theirs, _ = said(lambda: SupportActionLog.objects.bulk_create([rows[1]]))
    assert _without_moment(ours) == _without_moment(theirs)
    mine, same = (SupportActionLog.objects.filter(pk=row.pk).values().get() for row in rows)
    assert mine["at"]
    assert mine | {"id": 0, "at": 0} == same | {"id": 0, "at": 0}
    assert not rows[0]._state.adding


def test_a_second_visit_only_moves_the_moment(ada):
    ticket = make_ticket()
    insert = PreparedInsert(TicketParticipation, unique_fields=["ticket", "user"], update_fields=["at"])
    moments = [now() - timedelta(days=days) for days in (3, 2)]
    keys = set()
    for moment in moments:
        row = TicketParticipation(ticket=ticket, user=ada, at=moment)
        insert(row)
        keys.add(row.pk)
    [row] = TicketParticipation.objects.filter(ticket=ticket, user=ada)
    assert (row.at, keys) == (moments[1], {row.pk})


def test_several_rows_at_once_get_their_keys(ada):
    ticket = make_ticket()
    lines = [TicketMessage(ticket=ticket, kind="system", author=ada, body=text) for text in ("a", "b")]
    with quietly():
        PreparedInsert(TicketMessage)(*lines)
    assert [TicketMessage.objects.get(pk=line.pk).body for line in lines] == ["a", "b"]


def test_what_was_hung_onto_a_row_is_not_asked_for_again(ada, django_assert_num_queries):
    row = make_ticket()
    clocks = list(OrderDisputeSLA.objects.filter(ticket=row))
    set_prefetched(row, clocks=clocks, tags=[])
    with django_assert_num_queries(0):
        assert (list(row.clocks.all()), row.tag_list) == (clocks, [])


@pytest.mark.django_db(transaction=True)
def test_two_people_at_the_same_moment_get_what_each_asked_for(ada):
    tickets = [make_ticket(subject=f"Number {at}") for at in range(4)]
    read = PreparedSelect(lambda: Ticket.objects.filter(pk=Parameter("pk")))
    asks = [lambda pk=row.pk: [read(pk=pk)[0].pk for _ in range(50)] for row in tickets]
    assert at_once(*asks) == [[row.pk] * 50 for row in tickets]


def _without_moment(statements: list[str]) -> list[str]:
    return [statement.rpartition(", '")[0] for statement in statements]
