"""Initial rows of a new database: queues, calendars, SLA policies, skills, the epoch of the event history."""

from support_management.calendars import defaults as calendars
from support_management.events.models import Epoch
from support_management.routing import defaults as skills
from support_management.sla import defaults as policies
from support_management.tickets.models import TicketType

TYPES = ("general", "order", "payment", "dispute", "account", "technical", "other")


def create_initial_rows() -> None:
    """Create missing rows; existing ones are left alone."""
    if not Epoch.objects.exists():
        Epoch.objects.create()
    if not TicketType.objects.exists():
        for position, slug in enumerate(TYPES):
            mode = TicketType.Mode.MANUAL if slug == "other" else TicketType.Mode.PULL
            TicketType.objects.create(slug=slug, name=slug.title(), mode=mode, position=position)
    calendars.make()
    policies.make(calendars.always_open())
    skills.make()
