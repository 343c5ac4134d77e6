"""Finds work whose clocks are missing, should have ended or are not the ones that its row shows. Reads only."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from support_management.core.time import NEVER
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.sla.clock import next_due
from support_management.sla.lifecycle import tracking
from support_management.sla.models import Metric, OrderDisputeSLA, work_model
from support_management.tickets.models import Ticket, TicketMessage


def tickets() -> set[int]:
    """Ids of tickets with a clock that should have ended, and of open ones that never had a clock."""
    clocks = OrderDisputeSLA.objects.filter(ticket__isnull=False).order_by()
    replies = TicketMessage.objects.filter(
        ticket=OuterRef("ticket"), kind=TicketMessage.Kind.REPLY, created_at__gte=OuterRef("started_at")
    )
    answered_first = Q(ticket__first_replied_at__isnull=False, metric=Metric.FIRST_RESPONSE)
    ended = Q(ticket__is_open=False) | answered_first | Q(Exists(replies), metric=Metric.NEXT_RESPONSE)
    stale = clocks.filter(ended, is_open=True).values_list("ticket", flat=True)
    without_clock = Ticket.objects.filter(is_open=True).exclude(pk__in=clocks.values("ticket"))
    return set(stale) | set(without_clock.values_list("pk", flat=True))


def disputes() -> set[int]:
    """Ids of decided disputes with a running clock, and of open ones that never had a clock."""
    clocks = OrderDisputeSLA.objects.filter(dispute__isnull=False).order_by()
    decided = clocks.filter(is_open=True, dispute__is_open=False).values_list("dispute", flat=True)
    without_clock = Dispute.objects.filter(is_open=True).exclude(pk__in=clocks.values("dispute"))
    return set(decided) | set(without_clock.values_list("pk", flat=True))


def payments() -> set[int]:
    """Ids of resolved payment issues with a running clock, and of open ones that never had a clock."""
    clocks = OrderDisputeSLA.objects.filter(payment__isnull=False).order_by()
    resolved = clocks.filter(is_open=True, payment__is_open=False).values_list("payment", flat=True)
    without_clock = PaymentIssueLog.objects.filter(is_open=True).exclude(pk__in=clocks.values("payment"))
    return set(resolved) | set(without_clock.values_list("pk", flat=True))


def orders() -> set[int]:
    """Ids of orders that need the desk and have no clock, or have one and do not."""
    with_clock = OrderDisputeSLA.objects.filter(is_open=True, order__isnull=False).order_by().values("order")
    needs_desk = Q(status__in=tracking.ORDER_NEEDS_DESK)
    rows = Order.objects.filter((needs_desk & ~Q(pk__in=with_clock)) | (~needs_desk & Q(pk__in=with_clock)))
    return set(rows.values_list("pk", flat=True))


def with_other_due_time(kind: str) -> list[int]:
    """Ids of tickets, disputes or payment issues whose rows do not show the clock that is due first."""
    model = work_model(kind)
    clocks: dict[int, list[OrderDisputeSLA]] = defaultdict(list)
    of_work = OrderDisputeSLA.objects.filter(is_open=True, **{f"{kind}__isnull": False}).order_by("due_at", "id")
    for clock in of_work.iterator():
        clocks[getattr(clock, f"{kind}_id")].append(clock)
    names = ("next_due_at", "due_state", "due_metric")[: 3 if kind == "ticket" else 2]
    telling = Q(is_open=True) | ~Q(next_due_at=NEVER) | ~Q(due_state="") | Q(pk__in=of_work.order_by().values(kind))
    rows = model._default_manager.filter(telling).order_by("pk").values_list("pk", *names)
    return [pk for pk, *stored in rows if stored != list(next_due.shown(clocks[pk])[: len(names)])]
