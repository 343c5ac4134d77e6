"""The index is compared, corrected and filled anew."""

import pytest
from django.core.management import call_command
from django.db.models import QuerySet

from support_management.search import repair, store
from support_management.search.kinds import KINDS, TICKETS
from support_management.search.models import MESSAGES
from support_management.tasks import check_search
from support_management.tickets.models import Ticket, TicketMessage
from tests.factories import make_dispute, make_ticket
from tests.search.test_find import found


@pytest.fixture
def ticket(db):
    make_dispute()
    return make_ticket(subject="Parcel")


def entries() -> int:
    return sum(kind.entry.objects.count() for kind in KINDS)


def test_the_command_fills_an_index_that_was_lost(ticket, lea, capsys):
    before = entries()
    for kind in KINDS:
        store.clear(kind.entry)
    assert found(lea, "parcel") == []
    call_command("rebuild_search")
    assert capsys.readouterr().out == f"{before} entries in the search index.\n"
    assert found(lea, "parcel") == [ticket.number]
    assert list(repair.differences()) == []


def test_an_upgrade_fills_the_index(ticket):
    before = entries()
    for kind in KINDS:
        store.clear(kind.entry)
    repair.fill_if_new()
    assert entries() == before
    assert repair.add_missing() == 0


def test_what_was_written_past_every_signal_is_found_and_corrected(ticket, lea, monkeypatch):
    monkeypatch.setattr(repair, "SLICES", 1)
    QuerySet.update(Ticket.objects.filter(pk=ticket.pk), subject="Zebra")
    store.put(TICKETS.entry, {(ticket.pk + 5) * MESSAGES: ["gone"], ticket.pk * MESSAGES + 7: ["parcel"]})
    message = TicketMessage(ticket=ticket, kind="note", body="Past everything")
    QuerySet.bulk_create(TicketMessage._base_manager.all(), [message])
    wrong = list(repair.differences())
    assert f"ticket {ticket.pk}: the search index has other words than its own" in wrong
    assert len(wrong) == 5  # its own entry, the first message, a new one, one too many; one of no ticket
    assert check_search() == 4
    assert found(lea, "zebra") == [ticket.number]
    assert repair.repair() == 1
    assert list(repair.differences()) == []
    assert check_search() == 0


def test_each_row_is_looked_at_once_a_day(ticket, monkeypatch):
    looked = []
    monkeypatch.setattr(repair, "settle", lambda kind, pks: looked.extend((kind.name, pk) for pk in pks) or 0)
    for hour in range(24):
        monkeypatch.setattr(repair, "now", lambda hour=hour: _At(hour))
        repair.check_slice()
    rows = [(kind.name, pk) for kind in KINDS for pk in kind.model._default_manager.values_list("pk", flat=True)]
    assert sorted(looked) == sorted(rows)


class _At:
    def __init__(self, hour):
        self.hour = hour
