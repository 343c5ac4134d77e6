"""Which people a person at the desk finds and may look at."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from support_management.orders.models import Order
from support_management.people import roles
from support_management.people.lookup import KNOWN_TO_AGENTS
from support_management.people.models import User
from support_management.people.viewer import Viewer
from support_management.tickets.models import Ticket


def known_to(viewer: Viewer) -> QuerySet[User]:
    """Leads know everybody; agents their colleagues, and whoever has work of the websites they serve.

    Agents of all websites know every client and writer.
    """
    if viewer.is_lead:
        return User.objects.all()
    if not viewer.is_desk:
        return User.objects.none()
    by_role = roles.AGENTS if viewer.websites else KNOWN_TO_AGENTS
    return User.objects.filter(Q(role__in=by_role) | _with_work_of(viewer.websites))


def _with_work_of(websites: frozenset[int]) -> Q:
    served = Q(website__in=websites) if websites else Q()
    asked = Ticket.objects.filter(served | Q(website__isnull=True) if websites else Q(), requester=OuterRef("pk"))
    bought, written = (Order.objects.filter(served, **{party: OuterRef("pk")}) for party in ("client", "writer"))
    return Q(Exists(asked)) | Q(Exists(bought)) | Q(Exists(written))
