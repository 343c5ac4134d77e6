"""Which words an entry has: of tickets with their messages, orders, disputes and people.

Hot: one statement for each change, without model objects.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

from django.db import connection

from support_management.disputes.models import Dispute
from support_management.disputes.status import Reason
from support_management.orders.models import Order
from support_management.people.models import SupportProfile, User
from support_management.search.models import MESSAGES
from support_management.search.words import Words, distinct, keys, website_mark
from support_management.tickets.models import Ticket, TicketMessage

type Documents = dict[int, Words]
"""Words by `rowid`."""
WRITTEN = (TicketMessage.Kind.REPLY, TicketMessage.Kind.REQUESTER, TicketMessage.Kind.NOTE)
"""Messages that somebody wrote; events of the timeline are not looked for."""


def of_tickets(pks: Sequence[int]) -> Documents:
    """Entries of these tickets and of all their messages."""
    found: Documents = {}
    for _, lines in groupby(_rows(_tickets_sql("t.id"), pks), key=lambda line: line[0]):
        found |= _of_ticket(list(lines), with_head=True)
    return found


def of_messages(pks: Sequence[int]) -> Documents:
    """Entries of these messages."""
    found: Documents = {}
    for line in _rows(_tickets_sql("m.id"), pks):
        found |= _of_ticket([line], with_head=False)
    return found


def _of_ticket(lines: list[tuple], *, with_head: bool) -> Documents:
    """A message has the words of its ticket's subject and customer as well: "cleo refund" finds it."""
    pk, number, subject, website_id, name, email, username, _, _ = lines[0]
    shared = [subject, name]
    marks = [website_mark(website_id)]
    found = {pk * MESSAGES: distinct(number, *shared, email, username) + keys(number) + marks} if with_head else {}
    for *_, message_pk, body in lines:
        if message_pk is not None:
            found[pk * MESSAGES + message_pk] = distinct(body, *shared) + marks
    return found


def of_orders(pks: Sequence[int]) -> Documents:
    """Entries of these orders."""
    return {
        pk: distinct(reference, title, *_texts(people)) + keys(reference) + [website_mark(website_id)]
        for pk, reference, title, website_id, *people in _rows(_orders_sql(), pks)
    }


def of_disputes(pks: Sequence[int]) -> Documents:
    """Entries of these disputes; their number and the reference of the order are keys."""
    return {
        pk: distinct(number, Reason(reason).label, reference, title, *_texts(people))
        + keys(number, reference)
        + [website_mark(website_id)]
        for pk, number, reason, reference, title, website_id, *people in _rows(_disputes_sql(), pks)
    }


def of_people(pks: Sequence[int]) -> Documents:
    """Entries of these people."""
    return {pk: distinct(*_texts(texts)) + keys(*_texts(texts[1:])) for pk, *texts in _rows(_people_sql(), pks)}


def _texts(values: Sequence[str | None]) -> list[str]:
    return [value for value in values if value]


def _rows(sql: str, pks: Sequence[int]) -> Iterator[tuple]:
    """Lines of a statement that ends with the condition on a key."""
    if not pks:
        return iter(())
    with connection.cursor() as cursor:
        if len(pks) == 1:
            cursor.execute(sql.replace("{}", "= %s"), [pks[0]])
        else:
            cursor.execute(sql.replace("{}", f"IN ({', '.join(['%s'] * len(pks))})"), list(pks))
        return iter(cursor.fetchall())


@cache
def _tickets_sql(key: str) -> str:
    kinds = ", ".join(f"'{kind}'" for kind in WRITTEN)
    return (
        f"SELECT t.id, t.number, t.subject, t.website_id, u.name, u.email, u.username, m.id, m.body "  # noqa: S608
        f"FROM {_table(Ticket)} t JOIN {_table(User)} u ON u.id = t.requester_id "
        f"LEFT JOIN {_table(TicketMessage)} m ON m.ticket_id = t.id AND m.kind IN ({kinds}) "
        f"WHERE {key} {{}} ORDER BY t.id"
    )


@cache
def _orders_sql() -> str:
    return (
        f"SELECT o.id, o.reference, o.title, o.website_id, c.name, c.email, w.name, w.email "  # noqa: S608
        f"FROM {_table(Order)} o JOIN {_table(User)} c ON c.id = o.client_id "
        f"LEFT JOIN {_table(User)} w ON w.id = o.writer_id WHERE o.id {{}}"
    )


@cache
def _disputes_sql() -> str:
    return (
        f"SELECT d.id, d.number, d.reason, o.reference, o.title, o.website_id, c.name, w.name "  # noqa: S608
        f"FROM {_table(Dispute)} d JOIN {_table(Order)} o ON o.id = d.order_id "
        f"JOIN {_table(User)} c ON c.id = o.client_id LEFT JOIN {_table(User)} w ON w.id = o.writer_id WHERE d.id {{}}"
    )


@cache
def _people_sql() -> str:
    return (
        f"SELECT u.id, u.name, u.email, u.username, p.registration_id "  # noqa: S608
        f"FROM {_table(User)} u LEFT JOIN {_table(SupportProfile)} p ON p.user_id = u.id WHERE u.id {{}}"
    )


def _table(model) -> str:
    return connection.ops.quote_name(model._meta.db_table)
