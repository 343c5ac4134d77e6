"""Clocks that a change has cancelled go on when the change is set back in time (`retargeting.SET_BACK`)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.sla.clock import transitions
from support_management.sla.clock.retargeting import SET_BACK
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.tickets.models import TicketMessage

_RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
_COMPLETED = OrderDisputeSLA._meta.get_field("completed_at")


def clocks_of(at: datetime, **work: int) -> tuple[list[OrderDisputeSLA], list[OrderDisputeSLA]]:
    """The open clocks of the work, locked, and those that were cancelled so lately that they may go on. One query."""
    since = at - SET_BACK
    if work.keys() == {"ticket"}:
        clocks = _of_ticket(**work, since=since)
    else:
        clocks = list(_open_or_cancelled(since).filter(**work))
    return [clock for clock in clocks if clock.is_open], [clock for clock in clocks if not clock.is_open]


def restore(
    policy: SLAPolicy | None,
    clocks: list[OrderDisputeSLA],
    cancelled: list[OrderDisputeSLA],
    *,
    at: datetime,
    cause: str,
    by_id: int | None,
) -> bool:
    """Let cancelled clocks of the work go on under its policy; they join `clocks`. False when there are none."""
    metrics = (policy.targets if policy else {}).keys() - {clock.metric for clock in clocks if not clock.completed_at}
    restored = False
    for clock in cancelled:
        if policy is None or clock.metric not in metrics or _answered_since(clock):
            continue
        if transitions.restore(clock, policy.pk, at=at, cause=cause, by_id=by_id):
            clocks.append(clock)
            restored = True
    return restored


def _answered_since(clock: OrderDisputeSLA) -> bool:
    """Whether a public reply would have met a response clock after it was cancelled."""
    replies = TicketMessage.objects.filter(ticket=clock.ticket_id, kind=TicketMessage.Kind.REPLY)
    return clock.metric in _RESPONSES and replies.filter(created_at__gte=clock.completed_at).exists()


def _open_or_cancelled(since: datetime | Parameter) -> QuerySet[OrderDisputeSLA]:
    cancelled = Q(state=OrderDisputeSLA.State.CANCELLED, completed_at__gte=since)
    return OrderDisputeSLA.objects.select_for_update().filter(Q(is_open=True) | cancelled).order_by("pk")


_of_ticket = PreparedSelect(
    lambda: _open_or_cancelled(Parameter("since", _COMPLETED)).filter(ticket=Parameter("ticket"))
)
