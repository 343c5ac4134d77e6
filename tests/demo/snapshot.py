"""What a desk tells its reader."""

from support_management.models import Dispute, Ticket, TicketMessage


def story_of_the_desk() -> list:
    """Everything a person could read, without moments and keys."""
    tickets = Ticket.objects.order_by("pk").values_list(
        "number", "subject", "status", "priority", "requester__name", "assignee__name", "due_state", "website__name"
    )
    messages = TicketMessage.objects.order_by("pk").values_list("ticket__number", "kind", "author__name", "body")
    disputes = Dispute.objects.order_by("pk").values_list("number", "order__reference", "status", "assignee__name")
    return [*tickets, *messages, *disputes]
