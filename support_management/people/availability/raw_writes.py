"""What follows a write of a status or a planned absence without a capability."""

from support_management.core import request_context
from support_management.core.time import now
from support_management.events.catalogue import RecordChanged
from support_management.people import profiles
from support_management.people.availability import service
from support_management.people.availability.models import PlannedAbsence
from support_management.people.models import SupportAvailability


def availability_written(event: RecordChanged) -> None:
    """The state follows what is set, from now on. A deleted row is made again."""
    if event.deleted:
        profiles.ensure_all_agent_rows()
        return
    if "says" in event.fields and "since" not in event.fields:
        SupportAvailability.objects.filter(pk=event.id).update(since=now())
    settle(SupportAvailability.objects.values_list("user", flat=True).get(pk=event.id))


def absence_written(event: RecordChanged) -> None:
    """The state of its owner, and of who had it before."""
    settle(event.owner_id, *PlannedAbsence.objects.filter(pk=event.id).values_list("user", flat=True))


def settle(*user_ids: int | None) -> None:
    """Update the states of these agents, by the user of the request context."""
    service.settle(*{pk for pk in user_ids if pk is not None}, by_id=request_context.current().user_id)
