"""After a write without a capability, the clocks are as a capability would have left them."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.sla import policy_editing
from support_management.sla.clock import next_due
from support_management.sla.lifecycle import tracking
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.sla.policy import matching
from support_management.sla.repair import drift
from support_management.tickets.models import Ticket, TicketMessage

JUST_WRITTEN = timedelta(minutes=5)
"""A write of many rows stamps each of them; none takes longer."""
OF_PEOPLE = ("segment", "language")
"""Conditions on the person whose work it is."""


def ticket(ticket_id: int) -> None:
    """Start what never ran, meet what was answered, end what is done."""
    row = _held(Ticket, ticket_id)
    if row is None:
        return
    if row.is_open and not OrderDisputeSLA.objects.filter(ticket=row).exists():
        tracking.ticket_created(ticket_id, by_id=None)
    _meet_what_was_answered(row)
    tracking.ticket_moved(ticket_id, after=row.status, by_id=None)
    if row.is_open:
        tracking.ticket_triaged(ticket_id, cause="changed", by_id=None)
    next_due.ticket(ticket_id)


def message(message_id: int) -> None:
    """Somebody wrote a line of a ticket: an answer meets, a question starts a reply cycle."""
    line = TicketMessage.objects.get(pk=message_id)
    row = _held(Ticket, line.ticket_id)
    if row is not None and row.is_open and line.kind == TicketMessage.Kind.REQUESTER:
        tracking.requester_wrote(row.pk, at=line.created_at, by_id=line.author_id)
    ticket(line.ticket_id)


def dispute(dispute_id: int) -> None:
    """The same for a dispute."""
    row = _held(Dispute, dispute_id)
    if row is None:
        return
    if row.is_open and not OrderDisputeSLA.objects.filter(dispute=row).exists():
        tracking.dispute_opened(dispute_id, by_id=None)
    tracking.dispute_moved(dispute_id, after=row.status, by_id=None)
    if row.is_open:
        tracking.dispute_changed(dispute_id, by_id=None)
    next_due.dispute(dispute_id)


def order(order_id: int) -> None:
    """The same for an order, and for a dispute about it: its website is the order's."""
    row = _held(Order, order_id)
    if row is None:
        return
    tracking.order_moved(order_id, after=row.status, by_id=None)
    tracking.order_changed(order_id, by_id=None)
    for pk in Dispute.objects.filter(order=row, is_open=True).values_list("pk", flat=True):
        dispute(pk)


def policy(policy_id: int) -> None:
    """Somebody wrote a policy: what it says now stays readable under its new number. Invalid for nonsense."""
    row = SLAPolicy.objects.filter(pk=policy_id).first()
    if row is not None:
        policy_editing.check_written(row)
        policy_editing.keep_version(row, by=None)


def every_policy() -> None:
    """The same for all."""
    for row in SLAPolicy.objects.order_by("pk"):
        policy_editing.check_written(row)
        policy_editing.keep_version(row, by=None)


def clock(clock_id: int) -> None:
    """Somebody wrote the clock itself: its work shows what it says now."""
    row = OrderDisputeSLA.objects.filter(pk=clock_id).first()
    if row is not None:
        next_due.work_of(row)


def person(user_id: int) -> None:
    """Somebody wrote a person: work of theirs whose policy may ask for their segment or language."""
    if not _asked_for(*OF_PEOPLE):
        return
    promised_on(*OF_PEOPLE, requester=user_id)
    for pk in Dispute.objects.filter(raised_by=user_id, is_open=True).order_by("pk").values_list("pk", flat=True):
        dispute(pk)
    mine = OrderDisputeSLA.objects.filter(order__client=user_id, is_open=True)
    for pk in mine.order_by("order").values_list("order", flat=True):
        order(pk)


def promised_on(*keys: str, **which) -> None:
    """What policies ask for under these keys has changed: open tickets take over the policy that matches now."""
    if _asked_for(*keys):
        for pk in drift.to_another_policy(Ticket.objects.filter(is_open=True, **which)):
            ticket(pk)


def everything() -> None:
    """After a write of many rows: as after a write of each. Untouched work is not touched."""
    clocks = OrderDisputeSLA.objects.order_by()
    for pk in sorted(_stale_tickets(clocks) | set(drift.at_all(_just_written(Ticket).filter(is_open=True)))):
        ticket(pk)
    clocked = clocks.filter(dispute__isnull=False).values("dispute")
    unclocked = Dispute.objects.filter(is_open=True).exclude(pk__in=clocked)
    decided = clocks.filter(is_open=True, dispute__is_open=False).values("dispute")
    touched = _just_written(Dispute).filter(is_open=True)
    which = Q(pk__in=unclocked.values("pk")) | Q(pk__in=decided) | Q(pk__in=touched.values("pk"))
    for pk in Dispute.objects.filter(which).order_by("pk").values_list("pk", flat=True):
        dispute(pk)
    running = clocks.filter(is_open=True, order__isnull=False).values("order")
    needed = Q(status__in=tracking.ORDER_NEEDS_DESK) | Q(pk__in=running)
    for pk in _just_written(Order).filter(needed).order_by("pk").values_list("pk", flat=True):
        order(pk)


def every_row_shows_its_clock() -> None:
    """After a write of many clocks: rows of open work whose due is not the one of any of their open clocks."""
    shown = OrderDisputeSLA.objects.filter(is_open=True, ticket__is_open=True)
    for pk in set(shown.exclude(due_at=F("ticket__next_due_at")).values_list("ticket", flat=True)):
        next_due.ticket(pk)
    shown = OrderDisputeSLA.objects.filter(is_open=True, dispute__is_open=True)
    for pk in set(shown.exclude(due_at=F("dispute__next_due_at")).values_list("dispute", flat=True)):
        next_due.dispute(pk)


def _held(model, pk: int):
    """The row, held: the work is locked before its clocks, as capabilities do."""
    return model.objects.select_for_update(of=("self",)).filter(pk=pk).first()


def _just_written(model) -> QuerySet:
    return model.objects.filter(updated_at__gte=now() - JUST_WRITTEN)


def _asked_for(*keys: str) -> bool:
    return any(not policy.conditions.keys().isdisjoint(keys) for policy in matching.all_policies() if policy.active)


def _stale_tickets(clocks: QuerySet) -> set[int]:
    """Those with a clock that should have ended, and open ones that never had any."""
    replies = TicketMessage.objects.filter(
        ticket=OuterRef("ticket"), kind=TicketMessage.Kind.REPLY, created_at__gte=OuterRef("started_at")
    )
    first = Q(ticket__first_replied_at__isnull=False, metric=Metric.FIRST_RESPONSE)
    ended = Q(ticket__is_open=False) | first | Q(Exists(replies), metric=Metric.NEXT_RESPONSE)
    stale = clocks.filter(ended, is_open=True, ticket__isnull=False).values_list("ticket", flat=True)
    unclocked = Ticket.objects.filter(is_open=True).exclude(pk__in=clocks.filter(ticket__isnull=False).values("ticket"))
    return set(stale) | set(unclocked.values_list("pk", flat=True))


def _meet_what_was_answered(row: Ticket) -> None:
    if row.first_replied_at:
        tracking.ticket_answered(row.pk, at=row.first_replied_at, by_id=None)
    asked = OrderDisputeSLA.objects.filter(ticket=row, metric=Metric.NEXT_RESPONSE, is_open=True)
    since = asked.values_list("started_at", flat=True).first()
    if since is not None:
        replies = row.messages.filter(kind=TicketMessage.Kind.REPLY, created_at__gte=since)
        answer = replies.order_by("id").values_list("created_at", flat=True).first()
        if answer is not None:
            tracking.ticket_answered(row.pk, at=answer, by_id=None)
