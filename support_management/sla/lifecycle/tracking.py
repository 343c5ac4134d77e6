"""Clocks follow the work: they start, pause, run on, are met or cancelled in the transaction of the change."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from support_management.conditions.facts import of_dispute, of_order, of_ticket
from support_management.core.prepared_statements import Parameter, PreparedSelect, set_prefetched
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.disputes.status import OUTCOMES
from support_management.orders.models import Order
from support_management.sla.clock import next_due, transitions
from support_management.sla.clock import terms as promises
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.sla.policy import matching
from support_management.tickets.models import Tag, Ticket

ORDER_NEEDS_DESK = ("on_hold", "disputed")
"""An order's clock runs while it is in one of these."""
DONE = ("resolved", "closed")
_WORKS = frozenset({"new", "open"})
_RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
_RUNNING, _PAUSED, _BREACHED, _CANCELLED = (
    OrderDisputeSLA.State[name] for name in ("RUNNING", "PAUSED", "BREACHED", "CANCELLED")
)


def ticket_created(ticket_id: int, *, by_id: int | None) -> None:
    """Start what was promised for this ticket."""
    ticket = _ticket(ticket_id)
    policy = matching.winner(of_ticket(ticket), matching.all_policies())
    for metric in (Metric.FIRST_RESPONSE, Metric.RESOLUTION):
        _start(policy, metric, at=ticket.created_at, cause="created", by_id=by_id, ticket=ticket)
    if not _stand(ticket, at=ticket.created_at, by_id=by_id):
        next_due.ticket(ticket_id)


def ticket_answered(ticket_id: int, *, at: datetime | None = None, by_id: int | None) -> None:
    """A public answer meets the first response and the reply cycle that runs.

    `at`: it was given then, so it answers no question that came later.
    """
    waiting = _open(ticket=ticket_id, metric__in=_RESPONSES)
    if at is not None:
        waiting = [one for one in waiting if one.metric == Metric.FIRST_RESPONSE or one.started_at <= at]
    if transitions.end(waiting, at=at or now(), cause="reply", by_id=by_id, delivered=True):
        next_due.ticket(ticket_id)


def requester_wrote(ticket_id: int, *, at: datetime | None = None, by_id: int | None) -> None:
    """The requester waits again: a reply cycle starts, unless one or the first response runs already."""
    if OrderDisputeSLA.objects.filter(ticket=ticket_id, metric__in=_RESPONSES, is_open=True).exists():
        return
    ticket, moment = _ticket(ticket_id), at or now()
    policy = matching.winner(of_ticket(ticket), matching.all_policies())
    started = _start(policy, Metric.NEXT_RESPONSE, at=moment, cause="message", by_id=by_id, ticket=ticket)
    if started and not _stand(ticket, at=moment, by_id=by_id):
        next_due.ticket(ticket_id)


def ticket_moved(
    ticket_id: int, *, before: str = "", after: str, by_id: int | None, at: datetime | None = None
) -> None:
    """A status that waits pauses, one that works runs on; resolving ends all, reopening starts anew.

    `before` when it is known: from one status that works to another nothing happens.
    """
    moment = at or now()
    if after in DONE:
        _ticket_done(ticket_id, at=moment, cause=f"status {after}", by_id=by_id)
    elif before not in _WORKS or after not in _WORKS:
        _ticket_works(ticket_id, at=moment, by_id=by_id)


def ticket_triaged(ticket_id: int, *, cause: str, by_id: int | None, at: datetime | None = None) -> None:
    """Another priority, type or tag can mean another promise: open clocks take it over."""
    ticket = _ticket(ticket_id)
    policy = matching.winner(of_ticket(ticket), matching.all_policies())
    open_clocks, moment = _open(ticket=ticket_id), at or now()
    changed = _take_over(policy, open_clocks, at=moment, cause=cause, by_id=by_id)
    if not ticket.is_open:
        return
    for metric in _missing(ticket, {clock.metric for clock in open_clocks if clock.completed_at is None}):
        changed |= _start(policy, metric, at=moment, cause=cause, by_id=by_id, ticket=ticket)
    if changed and not _stand(ticket, at=moment, by_id=by_id):
        next_due.ticket(ticket_id)


def dispute_opened(dispute_id: int, *, by_id: int | None) -> None:
    """From opening to outcome."""
    dispute = _dispute(dispute_id)
    policy = matching.winner(of_dispute(dispute), matching.all_policies())
    _start(policy, Metric.RESOLUTION, at=dispute.created_at, cause="opened", by_id=by_id, dispute=dispute)
    next_due.dispute(dispute_id)


def dispute_moved(dispute_id: int, *, after: str, by_id: int | None) -> None:
    """An outcome meets the clock; a status that the policy waits in pauses it."""
    clocks, moment = _open(dispute=dispute_id), now()
    if after in OUTCOMES:
        changed = transitions.end(clocks, at=moment, cause=f"status {after}", by_id=by_id, delivered=True)
    else:
        changed = _follow_status(clocks, after, at=moment, by_id=by_id)
    if changed:
        next_due.dispute(dispute_id)


def dispute_changed(dispute_id: int, *, by_id: int | None) -> None:
    """Another priority can mean another promise."""
    dispute, moment = _dispute(dispute_id), now()
    policy = matching.winner(of_dispute(dispute), matching.all_policies())
    if _take_over(policy, _open(dispute=dispute_id), at=moment, cause="changed", by_id=by_id):
        _follow_status(_open(dispute=dispute_id), dispute.status, at=moment, by_id=by_id)
        next_due.dispute(dispute_id)


def order_moved(order_id: int, *, after: str, by_id: int | None) -> None:
    """An order that needs the desk has one clock, one cycle; leaving that state meets it."""
    clocks, moment, cause = _open(order=order_id), now(), f"status {after}"
    if after not in ORDER_NEEDS_DESK:
        transitions.end(clocks, at=moment, cause=cause, by_id=by_id, delivered=True)
        return
    if not clocks:
        order = _order(order_id)
        policy = matching.winner(of_order(order), matching.all_policies())
        _start(policy, Metric.RESOLUTION, at=moment, cause=cause, by_id=by_id, order=order)
        clocks = _open(order=order_id)
    _follow_status(clocks, after, at=moment, by_id=by_id)


def order_changed(order_id: int, *, by_id: int | None) -> None:
    """Another priority or website can mean another promise."""
    order, moment = _order(order_id), now()
    policy = matching.winner(of_order(order), matching.all_policies())
    if _take_over(policy, _open(order=order_id), at=moment, cause="changed", by_id=by_id):
        _follow_status(_open(order=order_id), order.status, at=moment, by_id=by_id)


def _missing(ticket: Ticket, there: set[str]) -> list[str]:
    """What an open ticket could be promised and has no clock for: it never had one, or another promise took it away."""
    found = [] if Metric.RESOLUTION in there else [Metric.RESOLUTION]
    answered = ticket.first_replied_at is not None or not there.isdisjoint(_RESPONSES)
    first = OrderDisputeSLA.objects.filter(ticket=ticket, metric=Metric.FIRST_RESPONSE)
    if not answered and _was_taken_away(first):
        found.append(Metric.FIRST_RESPONSE)
    return sorted(found)


def _was_taken_away(clocks: QuerySet[OrderDisputeSLA]) -> bool:
    """None was there, or the last one ended while the ticket went on: not because it was resolved unanswered."""
    last = clocks.order_by("-cycle").first()
    if last is None or last.state != _CANCELLED:
        return last is None
    return not last.history.filter(kind="cancelled", cause__startswith="status ").exists()


def _ticket_done(ticket_id: int, *, at: datetime, cause: str, by_id: int | None) -> None:
    resolution = _open(ticket=ticket_id, metric=Metric.RESOLUTION)
    met = transitions.end(resolution, at=at, cause=cause, by_id=by_id, delivered=True)
    left = transitions.end(_open(ticket=ticket_id), at=at, cause=cause, by_id=by_id, delivered=False)
    if met or left:
        next_due.ticket(ticket_id)


def _ticket_works(ticket_id: int, *, at: datetime, by_id: int | None) -> None:
    ticket = _ticket(ticket_id)
    clocks = _open(ticket=ticket_id)
    changed = _follow_status(clocks, ticket.status, at=at, by_id=by_id)
    had_one = OrderDisputeSLA.objects.filter(ticket=ticket_id, metric=Metric.RESOLUTION)
    if not any(clock.metric == Metric.RESOLUTION for clock in clocks) and had_one.exists():
        policy = matching.winner(of_ticket(ticket), matching.all_policies())
        changed |= _start(policy, Metric.RESOLUTION, at=at, cause="reopened", by_id=by_id, ticket=ticket)
        _stand(ticket, at=at, by_id=by_id)
    if changed:
        next_due.ticket(ticket_id)


def _stand(ticket: Ticket, *, at: datetime, by_id: int | None) -> bool:
    """Clocks that have just started stand still at once when the ticket waits. Whether any did."""
    if ticket.status in _WORKS:
        return False
    changed = _follow_status(_open(ticket=ticket.pk), ticket.status, at=at, by_id=by_id)
    if changed:
        next_due.ticket(ticket.pk)
    return changed


def _follow_status(clocks: list[OrderDisputeSLA], status: str, *, at: datetime, by_id: int | None) -> bool:
    changed, cause = False, f"status {status}"
    alive = [clock for clock in clocks if clock.state in (_RUNNING, _PAUSED)]
    terms = promises.of_clocks(alive)
    for clock in alive:
        changed |= transitions.stand(clock, terms[clock.pk], status=status, at=at, cause=cause, by_id=by_id)
    return changed


def _take_over(
    policy: SLAPolicy | None, clocks: Iterable[OrderDisputeSLA], *, at: datetime, cause: str, by_id: int | None
) -> bool:
    """Open clocks run under another promise from here on; without one they are cancelled."""
    changed, clocks = False, [clock for clock in clocks if clock.state != _BREACHED]  # what was broken stays broken
    old = promises.of_clocks(clocks)
    for clock in clocks:
        terms = promises.of_policy(policy, clock.metric) if policy else None
        if terms is None:
            changed |= transitions.end([clock], at=at, cause=cause, by_id=by_id, delivered=False)
        elif (clock.policy_id, clock.policy_version) != (terms.policy_id, terms.policy_version):
            more = terms.longer(clock.extra_seconds)
            changed |= transitions.retarget(clock, old[clock.pk], more, at=at, cause=cause, by_id=by_id)
    return changed


def _start(policy: SLAPolicy | None, metric: str, *, at: datetime, cause: str, by_id: int | None, **work) -> bool:
    terms = promises.of_policy(policy, metric) if policy else None
    if terms is not None:
        transitions.start(terms, metric, at=at, cause=cause, by_id=by_id, **work)
    return terms is not None


def _open(**which) -> list[OrderDisputeSLA]:
    if which.keys() == {"ticket"}:
        return _clocks_of_ticket(**which)
    return list(_locked().filter(**which).order_by("pk"))


def _locked() -> QuerySet[OrderDisputeSLA]:
    return OrderDisputeSLA.objects.select_for_update().filter(is_open=True)


_clocks_of_ticket = PreparedSelect(lambda: _locked().filter(ticket=Parameter("ticket")).order_by("pk"))
_rows = PreparedSelect(lambda: Ticket.objects.filter(pk=Parameter("pk")).select_related("type", "requester").order_by())
_tags = PreparedSelect(lambda: Tag.objects.filter(tickets=Parameter("ticket")).order_by())


def _ticket(ticket_id: int) -> Ticket:
    [row] = _rows(pk=ticket_id)
    set_prefetched(row, tags=_tags(ticket=ticket_id))
    return row


def _order(order_id: int) -> Order:
    return Order.objects.select_related("client").get(pk=order_id)


def _dispute(dispute_id: int) -> Dispute:
    return Dispute.objects.select_related("order", "raised_by").get(pk=dispute_id)
