"""Every event there is. Past tense, frozen, ids only. The docstring says what happened."""

from dataclasses import field

from support_management.events.event import Event
from support_management.events.event import event as _event


@_event
class TicketCreated(Event):
    """A ticket came in. `automatic`: into a queue whose work rules hand out."""

    ticket_id: int
    by_id: int | None
    agent_id: int | None = None
    automatic: bool = False


@_event
class TicketAssigned(Event):
    """A ticket changed its owner: claimed, assigned, released (agent_id None) or moved by a rule.

    `cause` is one of ReassignmentLog.Cause, `note` what the new owner should know, `units` the load that it counts now.
    `decision` is the routing decision that was applied, for the handlers only.
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
    """The desk answered in public."""

    ticket_id: int
    message_id: int
    agent_id: int | None
    by_id: int


@_event
class RequesterWrote(Event):
    """The requester wrote; waiting or resolved work is open again."""

    ticket_id: int
    message_id: int
    agent_id: int | None
    by_id: int | None


@_event
class NoteAdded(Event):
    """Somebody at the desk left an internal note."""

    ticket_id: int
    message_id: int
    agent_id: int | None
    by_id: int


@_event
class TicketMoved(Event):
    """A ticket's status changed."""

    ticket_id: int
    before: str
    after: str
    agent_id: int | None
    by_id: int | None
    message_id: int | None = None


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
    """A dispute changed its owner. The fields are those of TicketAssigned."""

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
    """A dispute's status changed; an outcome is a status too."""

    dispute_id: int
    order_id: int
    before: str
    after: str
    agent_id: int | None
    by_id: int | None


@_event
class OrderMoved(Event):
    """An order's status changed."""

    order_id: int
    before: str
    after: str
    by_id: int | None


@_event
class ClockReached(Event):
    """A clock passed a threshold: due_soon, at_risk or breached. `due_at` is the instant it fell due (ISO).

    `name` tells one warning from another. Not `first`: it had passed it before under another target, so only screens
    care.
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


@_event
class ClockChanged(Event):
    """A clock got another deadline than it had, and its work shows it: extended, or its policy or calendar changed."""

    clock_id: int
    ticket_id: int | None
    order_id: int | None
    dispute_id: int | None
    agent_id: int | None
    by_id: int | None


@_event
class ClockEscalated(Event):
    """A rule has done what it does at a threshold; the clock's history says what."""

    clock_id: int
    ticket_id: int | None
    order_id: int | None
    dispute_id: int | None
    agent_id: int | None


@_event
class PolicyChanged(Event):
    """An SLA policy says something else, stands elsewhere, or is gone."""

    policy_id: int
    by_id: int | None


@_event
class CalendarChanged(Event):
    """A business calendar was made, changed or thrown away."""

    calendar_id: int
    by_id: int | None
    deleted: bool = False


@_event
class AvailabilityChanged(Event):
    """An agent's state changed, or whether rules may give them work. `cause` is that of the interval it began."""

    agent_id: int
    state: str
    available: bool
    cause: str
    by_id: int | None


@_event
class WorkDecided(Event):
    """Routing looked at work and could not place it; the reasons are others than before."""

    ticket_id: int | None
    dispute_id: int | None
    outcome: str


@_event
class DashboardRefreshed(Event):
    """An agent's own figures changed for another reason than a ticket, dispute or order event."""

    agent_id: int


@_event
class NotificationCreated(Event):
    """Somebody has something new to read: one event per person and change, however many notices it brought."""

    recipient_id: int


@_event
class NotificationsRead(Event):
    """Somebody has seen or read some of what they were told."""

    recipient_id: int


@_event
class SLAReportMade(Event):
    """A week or a month is over and its report is made."""

    report_id: int


@_event
class AuthorityChanged(Event):
    """What a person may see changed, or a session of theirs ended."""

    user_id: int
    cause: str


@_event
class RecordChanged(Event):
    """A row was written without a capability: admin, shell, import, QuerySet. `owner_id`: whose work it was before."""

    kind: str
    id: int
    fields: tuple[str, ...]
    deleted: bool = False
    owner_id: int | None = None


@_event
class RecordsChanged(Event):
    """Many rows of a kind were written at once without a capability."""

    kind: str


EVENTS: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__() if cls.__name__ != "Event"}


def restore(kind: str, payload: dict) -> Event:
    """The event as it was published. KeyError for a kind that no longer exists."""
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in payload.items()}
    return EVENTS[kind](**facts)
