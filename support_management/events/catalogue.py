"""All domain events: past tense, frozen, ids only. The docstring says what happened."""

from dataclasses import field

from support_management.events.event import Event
from support_management.events.event import event as _event
from support_management.events.order_events import MoneyEffectChanged as MoneyEffectChanged
from support_management.events.order_events import OrderActed as OrderActed
from support_management.events.order_events import OrderMoved as OrderMoved
from support_management.events.order_events import PaymentIssueChanged as PaymentIssueChanged
from support_management.events.order_events import PaymentIssueLogged as PaymentIssueLogged


@_event
class TicketCreated(Event):
    """A ticket was created. `automatic`: in a queue with automatic assignment."""

    ticket_id: int
    by_id: int | None
    agent_id: int | None = None
    automatic: bool = False


@_event
class TicketAssigned(Event):
    """A ticket's assignee changed: claimed, assigned, released (agent_id None) or reassigned by a rule.

    `cause` is one of ReassignmentLog.Cause, `note` the handoff note, `units` the load that the ticket counts now.
    `decision` is the routing decision that was applied, for handlers only.
    """

    transient = ("decision",)

    ticket_id: int
    agent_id: int | None
    previous_id: int | None
    by_id: int | None
    reason: str
    message_id: int | None = None
    cause: str = "manual"
    note: str = ""
    above_capacity: bool = False
    units: int = 0
    decision: object | None = field(default=None, repr=False, compare=False)


@_event
class TicketReplied(Event):
    """An agent sent a public reply."""

    ticket_id: int
    message_id: int
    agent_id: int | None
    by_id: int


@_event
class RequesterWrote(Event):
    """The requester replied; a pending, on-hold or resolved ticket is open again. `reopens`: it was resolved."""

    ticket_id: int
    message_id: int
    agent_id: int | None
    by_id: int | None
    reopens: bool = False


@_event
class NoteAdded(Event):
    """An agent added an internal note."""

    ticket_id: int
    message_id: int
    agent_id: int | None
    by_id: int


@_event
class TicketMoved(Event):
    """A ticket's status changed. `resolver_id`: who is credited with the resolution that was made or taken back."""

    ticket_id: int
    before: str
    after: str
    agent_id: int | None
    by_id: int | None
    message_id: int | None = None
    resolver_id: int | None = None


@_event
class FollowUpOpened(Event):
    """The requester wrote on a closed ticket; their message opened a follow-up."""

    ticket_id: int
    follow_up_id: int
    message_id: int
    agent_id: int | None
    by_id: int


@_event
class TicketTriaged(Event):
    """Priority, type or tags changed; `fields` names which."""

    ticket_id: int
    fields: tuple[str, ...]
    agent_id: int | None
    by_id: int | None
    message_id: int | None = None


@_event
class DisputeOpened(Event):
    """A party disputes an order."""

    dispute_id: int
    order_id: int
    by_id: int | None


@_event
class DisputeAssigned(Event):
    """A dispute's assignee changed. The fields are those of TicketAssigned."""

    transient = ("decision",)

    dispute_id: int
    agent_id: int | None
    previous_id: int | None
    by_id: int | None
    reason: str = "assigned"
    cause: str = "manual"
    note: str = ""
    above_capacity: bool = False
    units: int = 0
    decision: object | None = field(default=None, repr=False, compare=False)


@_event
class DisputeMoved(Event):
    """A dispute's status changed; outcomes are statuses too."""

    dispute_id: int
    order_id: int
    before: str
    after: str
    agent_id: int | None
    by_id: int | None


@_event
class ClockReached(Event):
    """A clock passed a threshold: due_soon, at_risk or breached. `due_at` is the instant of the threshold (ISO).

    `name` distinguishes several warnings of a clock. Not `first`: the clock passed it before under another target, and
    only screens need to know. `round`: the number of extensions before; after each one thresholds are passed again.
    """

    clock_id: int
    threshold: str
    due_at: str
    ticket_id: int | None
    order_id: int | None
    dispute_id: int | None
    agent_id: int | None
    name: str = ""
    first: bool = True
    metric: str = ""
    policy_id: int | None = None
    round: int = 0
    payment_id: int | None = None


@_event
class ClockChanged(Event):
    """A clock's deadline changed: it was extended, or its policy or calendar changed."""

    clock_id: int
    ticket_id: int | None
    order_id: int | None
    dispute_id: int | None
    agent_id: int | None
    by_id: int | None
    payment_id: int | None = None


@_event
class ClockEscalated(Event):
    """An escalation rule ran its actions at a threshold; the clock's history lists them."""

    clock_id: int
    ticket_id: int | None
    order_id: int | None
    dispute_id: int | None
    agent_id: int | None
    payment_id: int | None = None


@_event
class PolicyChanged(Event):
    """An SLA policy was changed, reordered or deleted."""

    policy_id: int
    by_id: int | None


@_event
class CalendarChanged(Event):
    """A business calendar was created, changed or deleted."""

    calendar_id: int
    by_id: int | None
    deleted: bool = False


@_event
class AvailabilityChanged(Event):
    """An agent's state or availability for automatic assignment changed. `cause` is that of the new interval."""

    agent_id: int
    state: str
    available: bool
    cause: str
    by_id: int | None


@_event
class WorkDecided(Event):
    """Routing could not assign work, for other reasons than before."""

    ticket_id: int | None
    dispute_id: int | None
    outcome: str


@_event
class DashboardRefreshed(Event):
    """An agent's dashboard changed for a reason other than a ticket, dispute or order event."""

    agent_id: int


@_event
class NotificationCreated(Event):
    """A person has new notifications: one event per person and change, for any number of notifications."""

    recipient_id: int


@_event
class NotificationsRead(Event):
    """A person has seen or read some of their notifications."""

    recipient_id: int


@_event
class SLAReportMade(Event):
    """The SLA report of a past week or month was created."""

    report_id: int


@_event
class AuthorityChanged(Event):
    """A person's permissions changed, or one of their sessions ended."""

    user_id: int
    cause: str


@_event
class RecordChanged(Event):
    """A row was written without a capability: admin, shell, import, QuerySet. `owner_id`: the previous owner."""

    kind: str
    id: int
    fields: tuple[str, ...]
    deleted: bool = False
    owner_id: int | None = None


@_event
class RecordsChanged(Event):
    """Many rows of a kind were written in bulk without a capability. `fields`: which, if that is known."""

    kind: str
    fields: tuple[str, ...] = ()


EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__() if cls.__name__ != "Event"}


def restore(kind: str, payload: dict) -> Event:
    """The event as it was published. KeyError for an unknown kind, TypeError for fields that do not match."""
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()}
    return EVENTS[kind](**fields)
