"""Follow-ups: a message of the requester on a closed ticket opens a new one that is linked to it."""

from support_management.events.bus import publish
from support_management.events.catalogue import FollowUpOpened
from support_management.orders import queries as orders
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import editing, intake
from support_management.tickets.models import Ticket


def open_for(row: Ticket, *, by: User, body: str) -> Ticket:
    """Open the follow-up of a closed ticket that is locked inside a capability; both timelines name the other."""
    about = row.order_id
    if about is not None and not orders.visible_to(viewer_of(by)).filter(pk=about).exists():
        about = None
    opened = intake.create(
        by=by,
        subject=row.subject,
        body=body,
        type=row.type.slug,
        channel=row.channel,
        website_id=row.website_id if about is None else None,
        order=about,
        follow_up_of=row,
    )
    editing.add_system_entries(opened, f"Follow-up of {row.number}", by=None)
    [entry_id] = editing.add_system_entries(row, f"Follow-up {opened.number} opened", by=None)
    editing.store(row)
    publish(
        FollowUpOpened(
            ticket_id=row.pk, follow_up_id=opened.pk, message_id=entry_id, agent_id=row.assignee_id, by_id=by.pk
        )
    )
    return opened
