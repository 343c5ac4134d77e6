"""Clocks follow the work: they start, pause, resume and end in the transaction of the change."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from support_management.conditions.facts import of_dispute, of_order, of_payment, of_ticket
from support_management.conditions.matching import Facts
from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.core.time import now
from support_management.disputes.status import OUTCOMES
from support_management.payment_issues.status import Status as PaymentIssueStatus
from support_management.sla.clock import next_due, transitions
from support_management.sla.clock import terms as policy_terms
from support_management.sla.clock.working_time import hours_of_each
from support_management.sla.lifecycle import set_back, work_rows
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.sla.policy import matching
from support_management.tickets.models import Ticket

ORDER_NEEDS_DESK = ("on_hold", "disputed")
"""Statuses of an order in which its clock runs."""
DONE = ("resolved", "closed")
_ACTIVE = frozenset({"new", "open"})
_RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
_RUNNING, _PAUSED, _BREACHED, _CANCELLED = (
    OrderDisputeSLA.State[name] for name in ("RUNNING", "PAUSED", "BREACHED", "CANCELLED")
)


def ticket_created(ticket_id: int, *, by_id: int | None) -> None:
    """Start the first-response and resolution clocks that the ticket's policy has targets for.

    What the desk opened has no first response: the customer has not asked anything yet.
    """
    ticket = work_rows.ticket(ticket_id)
    policy = matching.winner(of_ticket(ticket), matching.all_policies())
    for metric in (Metric.RESOLUTION,) if ticket.opened_by_desk else (Metric.FIRST_RESPONSE, Metric.RESOLUTION):
        _start(policy, metric, at=ticket.created_at, cause="created", by_id=by_id, ticket=ticket)
    if not _pause_if_waiting(ticket, at=ticket.created_at, by_id=by_id):
        next_due.ticket(ticket_id)


def ticket_answered(ticket_id: int, *, at: datetime | None = None, by_id: int | None) -> None:
    """A public reply meets the first response and the open reply cycle.

    `at` is the time of a reply in the past, which does not answer a later question; None: now.
    """
    clocks = _open(ticket=ticket_id, metric__in=_RESPONSES)
    if at is not None:
        clocks = [clock for clock in clocks if clock.metric == Metric.FIRST_RESPONSE or clock.started_at <= at]
    if transitions.end(clocks, at=at or now(), cause="reply", by_id=by_id, delivered=True):
        next_due.ticket(ticket_id)


def requester_wrote(ticket_id: int, *, at: datetime | None = None, by_id: int | None) -> None:
    """A customer message starts a reply cycle, unless one or the first response is already open."""
    if OrderDisputeSLA.objects.filter(ticket=ticket_id, metric__in=_RESPONSES, is_open=True).exists():
        return
    ticket, moment = work_rows.ticket(ticket_id), at or now()
    policy = matching.winner(of_ticket(ticket), matching.all_policies())
    started = _start(policy, Metric.NEXT_RESPONSE, at=moment, cause="message", by_id=by_id, ticket=ticket)
    if started and not _pause_if_waiting(ticket, at=moment, by_id=by_id):
        next_due.ticket(ticket_id)


def ticket_moved(
    ticket_id: int, *, before: str = "", after: str, by_id: int | None, at: datetime | None = None
) -> None:
    """A waiting status pauses clocks, an active one resumes them; resolving ends them, reopening starts a new one.

    `before` is the previous status, if known: nothing happens from one active status to another.
    """
    moment = at or now()
    if after in DONE:
        _ticket_done(ticket_id, at=moment, cause=f"status {after}", by_id=by_id)
    elif before not in _ACTIVE or after not in _ACTIVE:
        _ticket_active(ticket_id, at=moment, by_id=by_id)


def ticket_triaged(ticket_id: int, *, cause: str, by_id: int | None, at: datetime | None = None) -> None:
    """After a change of what policies depend on: open clocks adopt the policy that matches now."""
    ticket = work_rows.ticket(ticket_id)
    policy = matching.winner(of_ticket(ticket), matching.all_policies())
    moment = at or now()
    open_clocks, cancelled = set_back.clocks_of(moment, ticket=ticket_id)
    changed = _adopt(policy, open_clocks, at=moment, cause=cause, by_id=by_id)
    if not ticket.is_open:
        return
    changed |= set_back.restore(policy, open_clocks, cancelled, at=moment, cause=cause, by_id=by_id)
    started = False
    for metric in missing(ticket, {clock.metric for clock in open_clocks if clock.completed_at is None}):
        started |= _start(policy, metric, at=moment, cause=cause, by_id=by_id, ticket=ticket)
    if (changed or started) and not _pause_if_waiting(ticket, at=moment, by_id=by_id):
        next_due.ticket(ticket_id, known=() if started else open_clocks)


def dispute_opened(dispute_id: int, *, by_id: int | None) -> None:
    """Start the resolution clock: from opening to outcome."""
    dispute = work_rows.dispute(dispute_id)
    policy = matching.winner(of_dispute(dispute), matching.all_policies())
    _start(policy, Metric.RESOLUTION, at=dispute.created_at, cause="opened", by_id=by_id, dispute=dispute)
    next_due.dispute(dispute_id)


def dispute_moved(dispute_id: int, *, after: str, by_id: int | None) -> None:
    """An outcome meets the clock; a status in the policy's `pause_on` pauses it."""
    if _moved(_open(dispute=dispute_id), after, ended=after in OUTCOMES, by_id=by_id):
        next_due.dispute(dispute_id)


def dispute_changed(dispute_id: int, *, by_id: int | None) -> None:
    """After a change of priority: open clocks adopt the policy that matches now."""
    dispute = work_rows.dispute(dispute_id)
    if _changed(of_dispute(dispute), dispute.status, by_id=by_id, dispute=dispute_id):
        next_due.dispute(dispute_id)


def payment_logged(payment_id: int, *, by_id: int | None) -> None:
    """Start the resolution clock of a payment issue: from the report to the resolution."""
    issue = work_rows.payment(payment_id)
    policy = matching.winner(of_payment(issue), matching.all_policies())
    _start(policy, Metric.RESOLUTION, at=issue.reported_at, cause="logged", by_id=by_id, payment=issue)
    next_due.payment(payment_id)


def payment_moved(payment_id: int, *, after: str, by_id: int | None) -> None:
    """Resolving a payment issue meets its clock."""
    if _moved(_open(payment=payment_id), after, ended=after == PaymentIssueStatus.RESOLVED, by_id=by_id):
        next_due.payment(payment_id)


def payment_changed(payment_id: int, *, by_id: int | None) -> None:
    """After a change of priority or website: open clocks adopt the policy that matches now."""
    issue = work_rows.payment(payment_id)
    if _changed(of_payment(issue), issue.status, by_id=by_id, payment=payment_id):
        next_due.payment(payment_id)


def order_moved(order_id: int, *, before: str = "", after: str, by_id: int | None) -> None:
    """An order in `ORDER_NEEDS_DESK` has one clock; leaving these statuses meets it.

    So does a decided dispute (`before`: disputed), also when the order is on hold again: that starts another clock.
    """
    clocks, moment, cause = _open(order=order_id), now(), f"status {after}"
    if after not in ORDER_NEEDS_DESK or (before == "disputed" and after != before):
        transitions.end(clocks, at=moment, cause=cause, by_id=by_id, delivered=True)
        clocks = []
    if after not in ORDER_NEEDS_DESK:
        return
    if not clocks:
        order = work_rows.order(order_id)
        policy = matching.winner(of_order(order), matching.all_policies())
        _start(policy, Metric.RESOLUTION, at=moment, cause=cause, by_id=by_id, order=order)
        clocks = _open(order=order_id)
    _follow_status(clocks, after, at=moment, by_id=by_id)


def order_changed(order_id: int, *, by_id: int | None) -> None:
    """After a change of priority or website: open clocks adopt the policy that matches now."""
    order = work_rows.order(order_id)
    _changed(of_order(order), order.status, by_id=by_id, order=order_id)


def missing(ticket: Ticket, open_metrics: set[str]) -> list[str]:
    """Metrics for which an open ticket should have a clock: it never had one, or another policy cancelled it."""
    missing = [] if Metric.RESOLUTION in open_metrics else [Metric.RESOLUTION]
    answered = ticket.opened_by_desk or ticket.first_replied_at is not None
    answered |= not open_metrics.isdisjoint(_RESPONSES)
    first_responses = OrderDisputeSLA.objects.filter(ticket=ticket, metric=Metric.FIRST_RESPONSE)
    if not answered and _absent_or_cancelled_by_policy(first_responses):
        missing.append(Metric.FIRST_RESPONSE)
    return sorted(missing)


def _absent_or_cancelled_by_policy(clocks: QuerySet[OrderDisputeSLA]) -> bool:
    """There is no clock, or the last one was cancelled for another reason than a status (resolved unanswered)."""
    last = clocks.order_by("-cycle").first()
    if last is None or last.state != _CANCELLED:
        return last is None
    return not last.history.filter(kind="cancelled", cause__startswith="status ").exists()


def _ticket_done(ticket_id: int, *, at: datetime, cause: str, by_id: int | None) -> None:
    resolution = _open(ticket=ticket_id, metric=Metric.RESOLUTION)
    met = transitions.end(resolution, at=at, cause=cause, by_id=by_id, delivered=True)
    unanswered = _open(ticket=ticket_id, metric=Metric.FIRST_RESPONSE)
    missed = transitions.miss(unanswered, at=at, cause=cause, by_id=by_id)
    cancelled = transitions.end(_open(ticket=ticket_id), at=at, cause=cause, by_id=by_id, delivered=False)
    if met or missed or cancelled:
        next_due.ticket(ticket_id)


def _ticket_active(ticket_id: int, *, at: datetime, by_id: int | None) -> None:
    ticket = work_rows.ticket(ticket_id)
    clocks = _open(ticket=ticket_id)
    changed = _follow_status(clocks, ticket.status, at=at, by_id=by_id)
    resolutions = OrderDisputeSLA.objects.filter(ticket=ticket_id, metric=Metric.RESOLUTION)
    if not any(clock.metric == Metric.RESOLUTION for clock in clocks) and resolutions.exists():
        policy = matching.winner(of_ticket(ticket), matching.all_policies())
        changed |= _start(policy, Metric.RESOLUTION, at=at, cause="reopened", by_id=by_id, ticket=ticket)
        _pause_if_waiting(ticket, at=at, by_id=by_id)
    if changed:
        next_due.ticket(ticket_id)


def _pause_if_waiting(ticket: Ticket, *, at: datetime, by_id: int | None) -> bool:
    """Pause clocks that have just started when the ticket's status is a waiting one. True if any was paused."""
    if ticket.status in _ACTIVE:
        return False
    changed = _follow_status(_open(ticket=ticket.pk), ticket.status, at=at, by_id=by_id)
    if changed:
        next_due.ticket(ticket.pk)
    return changed


def _follow_status(clocks: list[OrderDisputeSLA], status: str, *, at: datetime, by_id: int | None) -> bool:
    changed, cause = False, f"status {status}"
    unbreached = [clock for clock in clocks if clock.state in (_RUNNING, _PAUSED)]
    terms = policy_terms.of_clocks(unbreached)
    for clock in unbreached:
        changed |= transitions.follow_status(clock, terms[clock.pk], status=status, at=at, cause=cause, by_id=by_id)
    return changed


def _adopt(
    policy: SLAPolicy | None, clocks: Iterable[OrderDisputeSLA], *, at: datetime, cause: str, by_id: int | None
) -> bool:
    """Re-target open clocks to the policy from here on, or cancel them without a target. Breached clocks stay."""
    changed, clocks = False, [clock for clock in clocks if clock.state != _BREACHED]
    hours = hours_of_each(clock.calendar_id for clock in clocks)
    for clock in clocks:
        terms = policy_terms.of_policy(policy, clock.metric) if policy else None
        if terms is None:
            changed |= transitions.end([clock], at=at, cause=cause, by_id=by_id, delivered=False)
        elif (clock.policy_id, clock.policy_version) != (terms.policy_id, terms.policy_version):
            extended = terms.longer(clock.extra_seconds)
            changed |= transitions.retarget(clock, hours[clock.calendar_id], extended, at=at, cause=cause, by_id=by_id)
    return changed


def _moved(clocks: list[OrderDisputeSLA], after: str, *, ended: bool, by_id: int | None) -> bool:
    """The clocks follow the new status of their work, which ends them or not. True if any changed."""
    moment = now()
    if ended:
        return transitions.end(clocks, at=moment, cause=f"status {after}", by_id=by_id, delivered=True)
    return _follow_status(clocks, after, at=moment, by_id=by_id)


def _changed(facts: Facts, status: str, *, by_id: int | None, **work: int) -> bool:
    """Open clocks of the work adopt the policy that matches its facts now. True if any changed."""
    moment, policy = now(), matching.winner(facts, matching.all_policies())
    open_clocks, cancelled = set_back.clocks_of(moment, **work)
    changed = _adopt(policy, open_clocks, at=moment, cause="changed", by_id=by_id)
    changed |= set_back.restore(policy, open_clocks, cancelled, at=moment, cause="changed", by_id=by_id)
    if changed:
        _follow_status(_open(**work), status, at=moment, by_id=by_id)
    return changed


def _start(policy: SLAPolicy | None, metric: str, *, at: datetime, cause: str, by_id: int | None, **work) -> bool:
    terms = policy_terms.of_policy(policy, metric) if policy else None
    if terms is not None:
        transitions.start(terms, metric, at=at, cause=cause, by_id=by_id, **work)
    return terms is not None


def _open(**conditions) -> list[OrderDisputeSLA]:
    if conditions.keys() == {"ticket"}:
        return _clocks_of_ticket(**conditions)
    return list(_locked().filter(**conditions).order_by("pk"))


def _locked() -> QuerySet[OrderDisputeSLA]:
    return OrderDisputeSLA.objects.select_for_update().filter(is_open=True)


_clocks_of_ticket = PreparedSelect(lambda: _locked().filter(ticket=Parameter("ticket")).order_by("pk"))
