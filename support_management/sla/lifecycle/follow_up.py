"""Running clocks follow a change of a policy or of a calendar, some hundred a transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db.models import F, QuerySet

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.capability import unit_of_work
from support_management.orders.models import Order
from support_management.sla.clock import next_due, transitions
from support_management.sla.clock import terms as promises
from support_management.sla.clock.working_time import hours_of
from support_management.sla.lifecycle.extension import tell_changed
from support_management.sla.models import OrderDisputeSLA, SLAFollowUp, SLAPolicy
from support_management.sla.policy import matching
from support_management.tickets.models import Ticket

CHUNK, READ_AT_ONCE = 200, 2000
State = OrderDisputeSLA.State


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen if running clocks followed: how many get another promise, how many are late at once."""

    clocks: int
    late: int


def ask(*, policy: int | None = None, calendar: int | None = None, by_id: int | None) -> None:
    """Leave the duty, in the transaction of the change; nothing when no clock runs on the calendar."""
    if calendar and not OrderDisputeSLA.objects.filter(calendar=calendar, is_open=True).exists():
        return
    SLAFollowUp.objects.create(policy_id=policy, calendar_id=calendar, by_id=by_id)


def do_waiting() -> int:
    """Carry out what waits, oldest first. How many clocks got another promise."""
    changed = 0
    while (duty := SLAFollowUp.objects.filter(done_at=None).order_by("id").first()) is not None:
        changed += _some(duty.pk)
    return changed


def preview(policies: list[SLAPolicy]) -> Preview:
    """For policies as they would be. Reads only; what was served under an earlier calendar counts as it was."""
    clocks, late, hours = 0, 0, cache(hours_of)
    for clock, terms in _wanted(_alive().iterator(READ_AT_ONCE), policies):
        clocks += 1
        if terms is not None:
            course, moment = promises.course_of(clock, hours(clock.calendar_id)), now()
            served = clock.served if clock.state == State.PAUSED else course.served_by(max(moment, clock.since))
            late += served >= terms.target
    return Preview(clocks, late)


def _some(duty_id: int) -> int:
    """One short transaction: the next clocks of a duty."""
    with unit_of_work():
        duty = SLAFollowUp.objects.select_for_update().get(pk=duty_id)
        if duty.done_at is not None:
            return 0
        rows = _alive().filter(pk__gt=duty.upto)
        if duty.calendar_id:
            rows = rows.filter(calendar=duty.calendar_id)
        some = list(rows.order_by("pk")[:CHUNK])
        changed = _follow(duty, some)
        SLAFollowUp.objects.filter(pk=duty_id).update(
            upto=some[-1].pk if some else duty.upto,
            changed=F("changed") + changed,
            done_at=None if len(some) == CHUNK else now(),
        )
        return changed


def _follow(duty: SLAFollowUp, seen: list[OrderDisputeSLA]) -> int:
    """The work is locked before its clocks, as capabilities do; then they are read anew."""
    for model, ids in (
        (Ticket, {clock.ticket_id for clock in seen}),
        (Dispute, {clock.dispute_id for clock in seen}),
        (Order, {clock.order_id for clock in seen}),
    ):
        list(model._default_manager.select_for_update().filter(pk__in=ids - {None}).order_by("pk").values_list("pk"))
    held = _alive().select_for_update(of=("self",)).filter(pk__in=[clock.pk for clock in seen]).order_by("pk")
    if duty.calendar_id:
        pairs = [(clock, terms) for clock, terms in zip(held, _own(held), strict=True)]
    else:
        pairs = list(_wanted(held, matching.all_policies()))
    moment, changed = now(), 0
    old = promises.of_clocks(held)
    for clock, terms in pairs:
        cause = "calendar changed" if duty.calendar_id else "policy changed"
        if terms is None:
            done = transitions.end([clock], at=moment, cause=cause, by_id=duty.by_id, delivered=False)
        else:
            done = transitions.retarget(clock, old[clock.pk], terms, at=moment, cause=cause, by_id=duty.by_id)
            transitions.stand(clock, terms, status=_status(clock), at=moment, cause=cause, by_id=duty.by_id)
        if done:
            next_due.work_of(clock)
            tell_changed(clock, by_id=duty.by_id)
        changed += done
    return changed


def _status(clock: OrderDisputeSLA) -> str:
    work = clock.ticket or clock.dispute or clock.order
    return work.status if work else ""


def _own(clocks: Iterable[OrderDisputeSLA]) -> list[promises.Terms]:
    clocks = list(clocks)
    terms = promises.of_clocks(clocks)
    return [terms[clock.pk] for clock in clocks]


def _alive() -> QuerySet[OrderDisputeSLA]:
    rows = OrderDisputeSLA.objects.filter(is_open=True, state__in=[State.RUNNING, State.PAUSED])
    related = ("ticket__type", "ticket__requester", "dispute__order", "dispute__raised_by", "order__client")
    return rows.select_related(*related).prefetch_related("ticket__tags")


def _wanted(clocks: Iterable[OrderDisputeSLA], policies: list[SLAPolicy]):
    """Clocks whose promise would be another one, with its terms; None: nothing is promised any more."""
    said: dict[tuple[int, str], promises.Terms | None] = {}
    for clock in clocks:
        policy = matching.winner(matching.of_clock(clock), policies)
        key = (id(policy), clock.metric)
        if policy is not None and key not in said:
            said[key] = promises.of_policy(policy, clock.metric)
        terms = said.get(key)
        if terms is None or (clock.policy_id, clock.policy_version) != (terms.policy_id, terms.policy_version):
            yield clock, terms and terms.longer(clock.extra_seconds)
