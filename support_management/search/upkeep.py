"""Keeps the index in the transaction of each change. The switchboard calls it."""

from collections.abc import Iterable

from django.db.models import QuerySet

from support_management.disputes.models import Dispute
from support_management.events.catalogue import RecordChanged, RecordsChanged
from support_management.orders.models import Order
from support_management.people.models import SupportProfile
from support_management.search import documents, repair, store
from support_management.search.kinds import DISPUTES, ORDERS, PEOPLE, TICKETS, Kind
from support_management.tickets.models import Ticket

_ANY = {"created", "deleted", "all"}
FIELDS = {
    "ticket": {"number", "subject", "requester", "website"},
    "ticketmessage": {"ticket", "kind", "body"},
    "order": {"reference", "title", "client", "writer", "website"},
    "dispute": {"number", "reason", "order"},
    "user": {"name", "email", "username"},
    "supportprofile": {"registration_id", "user"},
}
"""Fields whose text is in the index. A write of others costs nothing here."""


def ticket_created(ticket_id: int) -> None:
    """Add a ticket and its first messages."""
    store.put(TICKETS.entry, documents.of_tickets([ticket_id]))


def message_written(message_id: int) -> None:
    """Add a message."""
    store.put(TICKETS.entry, documents.of_messages([message_id]))


def dispute_opened(dispute_id: int) -> None:
    """Add a dispute."""
    store.put(DISPUTES.entry, documents.of_disputes([dispute_id]))


def order_written(pk: int) -> None:
    """Follow a new order, or a change of its reference, title or parties."""
    if repair.settle(ORDERS, [pk]):
        _settle(DISPUTES, Dispute.objects.filter(order=pk))


def person_created(user_id: int) -> None:
    """Add a person."""
    store.put(PEOPLE.entry, documents.of_people([user_id]))


def record_changed(event: RecordChanged) -> None:
    """Follow the write of a row without a capability."""
    if event.kind not in FIELDS or not _is_indexed(event.kind, event.fields):
        return
    if event.deleted:
        _deleted(event)
    else:
        _CHANGED[event.kind](event.id)


def records_changed(event: RecordsChanged) -> None:
    """Follow the write of more rows than are named: add what is new, or compare all that shows such words."""
    if event.kind not in FIELDS or not _is_indexed(event.kind, event.fields or ("all",)):
        return
    for kind in _SHOWN_BY[event.kind]:
        if event.fields == ("created",):
            repair.add_missing(kind)
        else:
            repair.settle_all(kind)


def _is_indexed(kind: str, fields: Iterable[str]) -> bool:
    return not (FIELDS[kind] | _ANY).isdisjoint({*fields, *(name.removesuffix("_id") for name in fields)})


def _deleted(event: RecordChanged) -> None:
    """Messages go with their ticket, which goes with no one else; a profile leaves its person."""
    kind = {"ticket": TICKETS, "order": ORDERS, "dispute": DISPUTES, "user": PEOPLE}.get(event.kind)
    if kind is not None:
        repair.settle(kind, [event.id])
    elif event.kind == "supportprofile":
        repair.settle_all(PEOPLE)


def _ticket(pk: int) -> None:
    repair.settle(TICKETS, [pk])


def _dispute(pk: int) -> None:
    repair.settle(DISPUTES, [pk])


def _person(pk: int) -> None:
    """Their words are in the entries of their work as well; when their own have not changed, nor have those."""
    if repair.settle(PEOPLE, [pk]):
        _settle(TICKETS, Ticket.objects.filter(requester=pk))
        for party in ("client", "writer"):
            _settle(ORDERS, Order.objects.filter(**{party: pk}))
            _settle(DISPUTES, Dispute.objects.filter(**{f"order__{party}": pk}))


def _settle(kind: Kind, rows: QuerySet) -> None:
    repair.settle(kind, list(rows.values_list("pk", flat=True)))


def _profile(pk: int) -> None:
    owner = SupportProfile.objects.filter(pk=pk).values_list("user", flat=True)
    repair.settle(PEOPLE, list(owner))


_CHANGED = {
    "ticket": _ticket,
    "ticketmessage": message_written,
    "order": order_written,
    "dispute": _dispute,
    "user": _person,
    "supportprofile": _profile,
}
_SHOWN_BY: dict[str, tuple[Kind, ...]] = {
    "ticket": (TICKETS,),
    "ticketmessage": (TICKETS,),
    "order": (ORDERS, DISPUTES),
    "dispute": (DISPUTES,),
    "user": (PEOPLE, TICKETS, ORDERS, DISPUTES),
    "supportprofile": (PEOPLE,),
}
