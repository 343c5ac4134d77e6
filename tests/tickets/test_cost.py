"""What a change costs, in statements between BEGIN and COMMIT."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.people.models import User
from support_management.tickets import conversation, intake, ownership, triage
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


def cost(change) -> int:
    """Statements of the change itself: PostgreSQL locks a row with one of its own, SQLite needs none."""
    with CaptureQueriesContext(connection) as taken:
        change()
    statements = [query["sql"] for query in taken.captured_queries]
    return len([sql for sql in statements if "SAVEPOINT" not in sql])


@pytest.fixture
def ada(ada):
    """Ada in the middle of a request: what she may see is read already."""
    from support_management.people.viewer import viewer_of

    person = User.objects.get(pk=ada.pk)
    viewer_of(person)
    return person


def test_of_each_capability(ada, lea, ben, cleo):
    row = make_ticket()
    assert cost(lambda: ownership.claim(ticket=row.pk, by=ada)) <= 14  # one of them keeps the decision
    assert cost(lambda: conversation.reply(ticket=row.pk, by=ada, body="First")) <= 19
    assert cost(lambda: conversation.reply(ticket=row.pk, by=ada, body="Next")) <= 13
    assert cost(lambda: conversation.note(ticket=row.pk, by=ada, body="Hm")) <= 12
    assert cost(lambda: triage.set_priority(ticket=row.pk, by=ada, priority="high")) <= 24
    assert cost(lambda: triage.set_status(ticket=row.pk, by=ada, status="pending")) <= 21
    assert cost(lambda: conversation.reply(ticket=row.pk, by=cleo, body="Hi")) <= 37  # the owner is notified
    assert cost(lambda: triage.set_status(ticket=row.pk, by=ada, status="resolved")) <= 24
    assert cost(lambda: intake.create(by=cleo, subject="a", body="b")) <= 23


def test_it_does_not_grow_with_the_ticket_or_the_desk(ada):
    row = make_ticket(assignee=ada)
    small = cost(lambda: conversation.reply(ticket=row.pk, by=ada, body="First"))
    small = cost(lambda: conversation.reply(ticket=row.pk, by=ada, body="Second"))
    for at in range(5):
        make_ticket(assignee=ada)
        conversation.note(ticket=row.pk, by=ada, body=f"Note {at}")
    assert cost(lambda: conversation.reply(ticket=row.pk, by=ada, body="Third")) == small
