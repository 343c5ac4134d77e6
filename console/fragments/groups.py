"""Which group gets a hint for which event, and why. Group names are built here only."""

from support_management.events.catalogue import (
    AuthorityChanged,
    CalendarChanged,
    ClockReached,
    DashboardRefreshed,
    Event,
    NotificationCreated,
    NotificationsRead,
    PolicyChanged,
    RecordChanged,
    RecordsChanged,
)


def queues() -> str:
    """Boards that list tickets: every ticket event can change a row or a count."""
    return "queues"


def ticket(pk: int) -> str:
    """One ticket's page. Support staff only; customers have no stream."""
    return f"ticket.{pk}"


def disputes() -> str:
    """The dispute board."""
    return "disputes"


def orders() -> str:
    """The list of orders, and their pages."""
    return "orders"


def payments() -> str:
    """The list of payment issues, and their pages."""
    return "payments"


def figures() -> str:
    """Dashboards: they follow tickets, disputes and orders."""
    return "figures"


def person(pk: int) -> str:
    """What concerns one person on every page: their permissions and notifications."""
    return f"user.{pk}"


def everyone() -> str:
    """Reference data that any screen may show: names of people, queues, websites."""
    return "everyone"


def topics_of(event: Event) -> set[str]:
    """Groups whose screens the event can change."""
    if isinstance(event, AuthorityChanged):
        return {person(event.user_id)}
    if isinstance(event, NotificationCreated | NotificationsRead):
        return {person(event.recipient_id)}
    if isinstance(event, DashboardRefreshed):
        return {figures()}
    if isinstance(event, PolicyChanged | CalendarChanged):
        return {everyone()}
    if isinstance(event, RecordChanged | RecordsChanged):
        return {everyone(), queues(), disputes(), orders(), payments(), figures()}
    topics = {figures()}
    if isinstance(event, ClockReached) and event.agent_id:
        topics.add(person(event.agent_id))
    if getattr(event, "ticket_id", None):
        topics |= {queues(), ticket(event.ticket_id)}  # type: ignore[attr-defined]
    for noun, groups in _OF_NOUNS.items():
        if getattr(event, f"{noun}_id", None):
            topics |= groups
    return topics


_OF_NOUNS = {
    "dispute": {disputes(), queues()},
    "order": {orders(), disputes(), queues(), payments()},
    "payment": {payments()},
}
"""Groups of events about other work than tickets: boards show disputes, orders and payment issues together."""
