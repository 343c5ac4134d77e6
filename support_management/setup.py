"""What a fresh desk needs before its first ticket: queues, calendars, promises, skills, an identity of its history."""

from support_management.calendars import defaults as calendars
from support_management.events.models import Epoch
from support_management.routing import defaults as skills
from support_management.sla import defaults as promises
from support_management.tickets.models import TicketType

TYPES = ("general", "order", "payment", "dispute", "account", "technical", "other")


def first_rows() -> None:
    """Make what is missing; what an admin changed stays as it is."""
    if not Epoch.objects.exists():
        Epoch.objects.create()
    if not TicketType.objects.exists():
        for position, slug in enumerate(TYPES):
            mode = TicketType.Mode.MANUAL if slug == "other" else TicketType.Mode.PULL
            TicketType.objects.create(slug=slug, name=slug.title(), mode=mode, position=position)
    calendars.make()
    promises.make(calendars.always_open())
    skills.make()
