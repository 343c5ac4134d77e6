"""Clocks that a change has cancelled go on when the change is set back in time (`retargeting.SET_BACK`)."""

from datetime import datetime

from django.db.models import QuerySet

from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.sla.clock import transitions
from support_management.sla.clock.retargeting import SET_BACK
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.tickets.models import TicketMessage

_RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
_COMPLETED = OrderDisputeSLA._meta.get_field("completed_at")


def restore(
    policy: SLAPolicy | None, clocks: list[OrderDisputeSLA], *, at: datetime, cause: str, by_id: int | None, **work
) -> bool:
    """Let cancelled clocks of the work go on under its policy; they join `clocks`. False when there are none."""
    metrics = (policy.targets if policy else {}).keys() - {clock.metric for clock in clocks if not clock.completed_at}
    if policy is None or not metrics:
        return False
    restored = False
    for clock in _cancelled_since(at - SET_BACK, **work):
        if clock.metric not in metrics or _answered_since(clock):
            continue
        if transitions.restore(clock, policy.pk, at=at, cause=cause, by_id=by_id):
            clocks.append(clock)
            restored = True
    return restored


def _answered_since(clock: OrderDisputeSLA) -> bool:
    """Whether a public reply would have met a response clock after it was cancelled."""
    replies = TicketMessage.objects.filter(ticket=clock.ticket_id, kind=TicketMessage.Kind.REPLY)
    return clock.metric in _RESPONSES and replies.filter(created_at__gte=clock.completed_at).exists()


def _cancelled_since(moment: datetime, **work) -> list[OrderDisputeSLA]:
    if work.keys() == {"ticket"}:
        return _of_ticket(**work, moment=moment)
    return list(_cancelled().filter(**work, completed_at__gte=moment))


def _cancelled() -> QuerySet[OrderDisputeSLA]:
    rows = OrderDisputeSLA.objects.select_for_update().filter(is_open=False, state=OrderDisputeSLA.State.CANCELLED)
    return rows.order_by("pk")


_of_ticket = PreparedSelect(
    lambda: _cancelled().filter(ticket=Parameter("ticket"), completed_at__gte=Parameter("moment", _COMPLETED))
)
