"""Running clocks adopt a change of a policy or of a calendar, in batches of one transaction each."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import F, QuerySet

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.capability import unit_of_work
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.sla.clock import next_due, transitions
from support_management.sla.clock import terms as policy_terms
from support_management.sla.clock.working_time import hours_of, hours_of_each
from support_management.sla.lifecycle.extension import publish_change
from support_management.sla.models import OrderDisputeSLA, SLAFollowUp, SLAPolicy
from support_management.sla.policy import matching
from support_management.tickets.models import Ticket

CHUNK, READ_AT_ONCE = 200, 2000
State = OrderDisputeSLA.State


@dataclass(frozen=True, slots=True)
class Preview:
    """The effect on running clocks: how many would get other terms, and how many have already served the new target."""

    clocks: int
    late: int


def enqueue(*, policy: int | None = None, calendar: int | None = None, by_id: int | None) -> None:
    """Store a follow-up in the transaction of the change; none when no clock runs on the calendar."""
    if calendar and not OrderDisputeSLA.objects.filter(calendar=calendar, is_open=True).exists():
        return
    SLAFollowUp.objects.create(policy_id=policy, calendar_id=calendar, by_id=by_id)


def run_waiting() -> int:
    """Carry out waiting follow-ups, the oldest first. Returns how many clocks changed."""
    changed = 0
    while (follow_up := SLAFollowUp.objects.filter(done_at=None).order_by("id").first()) is not None:
        changed += _run_batch(follow_up.pk)
    return changed


def preview(policies: list[SLAPolicy]) -> Preview:
    """The effect of these policies, as they would be saved. Reads only."""
    clocks, late, hours = 0, 0, cache(hours_of)
    for clock, terms in _changing(_running_or_paused().iterator(READ_AT_ONCE), policies):
        clocks += 1
        if terms is not None:
            progress, moment = policy_terms.progress_of(clock, hours(clock.calendar_id)), now()
            served = clock.served if clock.state == State.PAUSED else progress.served_by(max(moment, clock.since))
            late += served >= terms.target
    return Preview(clocks, late)


def _run_batch(follow_up_id: int) -> int:
    """Update the next clocks of a follow-up in one transaction. Returns how many changed."""
    with unit_of_work():
        follow_up = SLAFollowUp.objects.select_for_update().get(pk=follow_up_id)
        if follow_up.done_at is not None:
            return 0
        rows = _running_or_paused().filter(pk__gt=follow_up.upto)
        if follow_up.calendar_id:
            rows = rows.filter(calendar=follow_up.calendar_id)
        if follow_up.from_version:
            rows = rows.filter(policy=follow_up.policy_id, policy_version=follow_up.from_version)
        clocks = list(rows.order_by("pk")[:CHUNK])
        changed = _follow(follow_up, clocks)
        SLAFollowUp.objects.filter(pk=follow_up_id).update(
            upto=clocks[-1].pk if clocks else follow_up.upto,
            changed=F("changed") + changed,
            done_at=None if len(clocks) == CHUNK else now(),
        )
        return changed


def _follow(follow_up: SLAFollowUp, unlocked: list[OrderDisputeSLA]) -> int:
    """Locks the work before its clocks, as capabilities do, then reads the clocks again."""
    for model, ids in (
        (Ticket, {clock.ticket_id for clock in unlocked}),
        (Dispute, {clock.dispute_id for clock in unlocked}),
        (Order, {clock.order_id for clock in unlocked}),
        (PaymentIssueLog, {clock.payment_id for clock in unlocked}),
    ):
        list(model._default_manager.select_for_update().filter(pk__in=ids - {None}).order_by("pk").values_list("pk"))
    locked = _running_or_paused().select_for_update(of=("self",))
    clocks = locked.filter(pk__in=[clock.pk for clock in unlocked]).order_by("pk")
    pairs = _pairs(follow_up, clocks)
    cause: dict = {"cause": "calendar changed" if follow_up.calendar_id else "policy changed", "by_id": follow_up.by_id}
    moment, hours, changed = now(), hours_of_each(clock.calendar_id for clock in clocks), []
    for clock, terms in pairs:
        if terms is None:
            done = transitions.end([clock], at=moment, delivered=False, **cause)
        else:
            done = transitions.retarget(clock, hours[clock.calendar_id], terms, at=moment, **cause)
        changed += [clock] if done else []
    _follow_status([clock for clock in changed if clock.completed_at is None], at=moment, **cause)
    for clock in changed:
        next_due.work_of(clock)
        publish_change(clock, by_id=follow_up.by_id)
    return len(changed)


def _follow_status(clocks: list[OrderDisputeSLA], *, at: datetime, cause: str, by_id: int | None) -> None:
    """Pause or resume clocks whose new terms say so; these can have a longer target than the policy."""
    terms = policy_terms.of_clocks(clocks)
    for clock in clocks:
        transitions.follow_status(clock, terms[clock.pk], status=_status(clock), at=at, cause=cause, by_id=by_id)


def _pairs(follow_up: SLAFollowUp, clocks: Iterable[OrderDisputeSLA]) -> list[tuple]:
    """The clocks that change, each with the terms to adopt."""
    if follow_up.calendar_id:
        return list(zip(clocks, _current_terms(clocks), strict=True))
    if follow_up.from_version:
        still = [clock for clock in clocks if clock.policy_version == follow_up.from_version]
        later = [copy(clock) for clock in still]
        for clock in later:
            clock.policy_version += 1
        return list(zip(still, _current_terms(later), strict=True))
    return list(_changing(clocks, matching.all_policies()))


def _status(clock: OrderDisputeSLA) -> str:
    return clock.work.status


def _current_terms(clocks: Iterable[OrderDisputeSLA]) -> list[policy_terms.Terms]:
    clocks = list(clocks)
    terms = policy_terms.of_clocks(clocks)
    return [terms[clock.pk] for clock in clocks]


def _running_or_paused() -> QuerySet[OrderDisputeSLA]:
    rows = OrderDisputeSLA.objects.filter(is_open=True, state__in=[State.RUNNING, State.PAUSED])
    related = ("ticket__type", "ticket__requester", "dispute__order", "dispute__raised_by", "order__client")
    return rows.select_related(*related, "payment__order__client").prefetch_related("ticket__tags")


def _changing(clocks: Iterable[OrderDisputeSLA], policies: list[SLAPolicy]):
    """Clocks whose terms would change, with their new terms; None when no target applies any longer."""
    terms_by_target: dict[tuple[int, str], policy_terms.Terms | None] = {}
    for clock in clocks:
        policy = matching.winner(matching.of_clock(clock), policies)
        key = (id(policy), clock.metric)
        if policy is not None and key not in terms_by_target:
            terms_by_target[key] = policy_terms.of_policy(policy, clock.metric)
        terms = terms_by_target.get(key)
        if terms is None or (clock.policy_id, clock.policy_version) != (terms.policy_id, terms.policy_version):
            yield clock, terms and terms.longer(clock.extra_seconds)
