"""Who is told what. Called by the switchboard, in the transaction of the change."""

from django.db.models import F, QuerySet

from support_management.core.errors import NotFound
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import ClockReached, DisputeAssigned, NotificationCreated, TicketAssigned
from support_management.notifications.models import SupportNotification
from support_management.people.models import User
from support_management.tickets.models import Ticket

TEXT_LIMIT = 300
_THRESHOLDS = {"at_risk": ("high", "is at risk"), "breached": ("critical", "missed its deadline")}


def tell(recipient_id: int, *, kind: str, text: str, link: str, priority: str = "medium") -> None:
    """One sentence for one person."""
    row = SupportNotification.objects.create(
        recipient_id=recipient_id, kind=kind, text=text[:TEXT_LIMIT], link=link, priority=priority
    )
    publish(NotificationCreated(notification_id=row.pk, recipient_id=recipient_id))


def changed_hands(event: TicketAssigned | DisputeAssigned) -> None:
    """Both sides are told, except who did it."""
    told = []
    if event.agent_id and event.agent_id != event.by_id:
        told.append((event.agent_id, "assigned", "is yours now"))
    if event.previous_id and event.previous_id not in (event.by_id, event.agent_id):
        told.append((event.previous_id, "taken_away", "is no longer yours"))
    if not told:
        return
    if isinstance(event, TicketAssigned):
        work: Ticket | Dispute = Ticket.objects.get(pk=event.ticket_id)
    else:
        work = Dispute.objects.get(pk=event.dispute_id)
    for recipient_id, kind, words in told:
        tell(recipient_id, kind=kind, text=_fitting(str(work), words), link=work.get_absolute_url())


def _fitting(name: str, words: str) -> str:
    """The words are never what a long subject pushes out."""
    room = TEXT_LIMIT - len(words) - 1
    return f"{name if len(name) <= room else name[: room - 1] + '…'} {words}"


def clock_reached(event: ClockReached) -> None:
    """The owner of the work hears of risk and breach."""
    if event.threshold not in _THRESHOLDS or event.agent_id is None:
        return
    priority, words = _THRESHOLDS[event.threshold]
    if event.ticket_id:
        ticket = Ticket.objects.get(pk=event.ticket_id)
        text, link = _fitting(str(ticket), words), ticket.get_absolute_url()
    elif event.dispute_id:
        dispute = Dispute.objects.get(pk=event.dispute_id)
        text, link = _fitting(str(dispute), words), dispute.get_absolute_url()
    else:
        return
    tell(event.agent_id, kind=event.threshold, text=text, link=link, priority=priority)


@capability
def mark_as_read(*, notification: int, by: User) -> SupportNotification:
    """Own notifications only."""
    row = SupportNotification.objects.filter(pk=notification, recipient=by).first()
    if row is None:
        raise NotFound("This notification")
    if row.read_at is None:
        row.read_at = now()
        row.save(update_fields=["read_at"])
    return row


@capability
def mark_many_as_read(*, by: User, ids: list[int] | None = None) -> int:
    """Own unread notifications, those named or all. How many were unread."""
    rows = of(by).filter(read_at__isnull=True)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.order_by().update(read_at=now(), version=F("version") + 1)


def of(person: User) -> QuerySet[SupportNotification]:
    """What the person was told."""
    return SupportNotification.objects.filter(recipient=person).select_related("recipient")
