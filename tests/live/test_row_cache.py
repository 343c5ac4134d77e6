"""A row is made once per change: what is kept is what a fresh rendering would be."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from console.fragments import row_cache
from console.fragments.queue import row_of
from support_management.core.time import now
from support_management.people.models import User
from support_management.tickets import queries, triage
from support_management.tickets.models import Ticket, TicketType
from tests.factories import make_old, make_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    row_cache._cache.clear()


def shown(ticket: Ticket, *, pos: int = 7) -> str:
    return row_of("queue-mine", queries.rows_by_id([ticket.pk])[ticket.pk], pos=pos)


def test_only_the_position_differs_between_two_askers():
    ticket = make_ticket()
    first, second = shown(ticket, pos=7), shown(ticket, pos=8)
    assert 'data-pos="7"' in first
    assert second == first.replace('data-pos="7"', 'data-pos="8"', 1)
    assert len(row_cache._cache) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda ticket, ada: triage.set_priority(ticket=ticket.pk, priority="urgent", by=None),
        lambda ticket, ada: Ticket.objects.filter(pk=ticket.pk).update(subject="Another question"),
        lambda ticket, ada: Ticket.objects.filter(pk=ticket.pk).update(assignee=ada),
        lambda ticket, ada: User.objects.filter(pk=ticket.requester_id).update(name="Cleo Newname"),
        lambda ticket, ada: TicketType.objects.filter(pk=ticket.type_id).update(name="Renamed"),
        lambda ticket, ada: make_old(ticket, timedelta(minutes=2)),
    ],
    ids=["priority", "subject", "assignee", "requester's name", "name of the queue", "deadline"],
)
def test_every_change_of_what_it_shows_makes_it_anew(ada, change):
    ticket = make_ticket()
    before = shown(ticket)
    change(ticket, ada)
    after = shown(ticket)
    row_cache._cache.clear()
    assert after != before
    assert after == shown(ticket), "the kept row is what a fresh rendering is"


def test_the_words_of_the_deadline_follow_the_clock(monkeypatch):
    ticket = make_ticket()
    before = shown(ticket)
    later = now() + timedelta(minutes=3)
    for module in ("console.fragments.row_cache", "console.templatetags.console"):
        monkeypatch.setattr(f"{module}.now", lambda: later)
    assert shown(ticket) != before


def test_a_row_that_cannot_be_shown_is_not_kept(monkeypatch):
    ticket = make_ticket()
    with monkeypatch.context() as broken:
        broken.setattr("console.fragments.rendering.render_to_string", _breaks_on_rows)
        assert shown(ticket) == "cannot be shown"
    assert ticket.subject in shown(ticket)


def _breaks_on_rows(template, context):
    if template.endswith("_row.html"):
        raise ZeroDivisionError
    return "cannot be shown"


def test_a_database_that_is_away_is_not_taken_for_a_broken_row(monkeypatch):
    """The pass is tried again; a row that says it cannot be shown would stay."""
    ticket = make_ticket()
    monkeypatch.setattr("console.fragments.rendering.render_to_string", _away)
    with pytest.raises(OperationalError):
        shown(ticket)


def _away(template, context):
    raise OperationalError("gone")
