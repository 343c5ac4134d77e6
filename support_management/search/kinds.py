"""What can be found: for each kind its rows, its entries, and who may see them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet

from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.orders import queries as orders
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.people.viewer import Viewer
from support_management.search import documents
from support_management.search.models import MESSAGES, DisputeEntry, Entry, OrderEntry, PersonEntry, TicketEntry
from support_management.search.words import Clause, Query, any_of, key_of, keys, website_mark
from support_management.tickets import acquaintance
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Kind:
    """`documents`: what should be stored for rows with these keys. `per_row`: room for entries of one row.

    `visible`: the rows that a viewer may see, with what a result shows.
    """

    name: str
    plural: str
    model: type[Model]
    entry: type[Entry]
    documents: Callable[[Sequence[int]], documents.Documents]
    visible: Callable[[Viewer], QuerySet]
    per_row: int = 1
    numbered: type[Ticket] | type[Dispute] | None = None
    of_websites: bool = True

    def exact(self, query: Query) -> list[Clause]:
        """The number, reference or address that the query is, if it is one."""
        number = self.numbered.number_in(query.text) if self.numbered else None
        return [any_of(keys(query.text, number or ""))] if key_of(query.text) else []

    def limits(self, viewer: Viewer) -> list[Clause]:
        """Words of the entries that an agent of some websites may see; `visible` decides."""
        if not self.of_websites or viewer.is_lead or not viewer.websites:
            return []
        return [any_of(map(website_mark, [None, *sorted(viewer.websites)]))]


TICKETS = Kind(
    "ticket",
    "Tickets",
    Ticket,
    TicketEntry,
    documents.of_tickets,
    lambda viewer: tickets.visible_to(viewer).select_related("requester"),
    per_row=MESSAGES,
    numbered=Ticket,
)
ORDERS = Kind("order", "Orders", Order, OrderEntry, documents.of_orders, orders.visible_to)
DISPUTES = Kind(
    "dispute",
    "Disputes",
    Dispute,
    DisputeEntry,
    documents.of_disputes,
    lambda viewer: disputes.visible_to(viewer).select_related("order"),
    numbered=Dispute,
)
PEOPLE = Kind("person", "People", User, PersonEntry, documents.of_people, acquaintance.known_to, of_websites=False)
KINDS = (TICKETS, ORDERS, DISPUTES, PEOPLE)
CHOICES = [(kind.name, kind.plural) for kind in KINDS]
