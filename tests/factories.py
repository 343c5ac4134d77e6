"""The smallest valid thing. History is made by capabilities, so clocks, load and figures are the real ones."""

from datetime import timedelta
from itertools import count

from django.db.models import QuerySet

from support_management.core.locking import lock
from support_management.core.models import Heartbeat
from support_management.core.time import NEVER, now
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.events.capability import unit_of_work
from support_management.events.catalogue import ClockReached
from support_management.order_management import status_actions
from support_management.order_management.acting import Words
from support_management.orders.models import Order
from support_management.orders.money import effects
from support_management.orders.money.models import Cause, Kind
from support_management.payment_issues import intake as payment_issues
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people.availability import observation, service
from support_management.people.models import SupportAvailability, SupportWorkloadTracker, User
from support_management.sla.clock import next_due
from support_management.sla.clock.owners import event_fields
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.tickets import intake, ownership, triage
from support_management.tickets.models import Ticket
from tests import cast
from tests.past import rewrite

_fresh = count(1)


def make_ticket(*, assignee: User | None = None, status: str | None = None, **facts) -> Ticket:
    """A ticket of Cleo's on North. `assignee` gets it from a lead's hand; `status` is where it then stands.

    `website_id` None: an old ticket, of every website.
    """
    order = facts.pop("order", None)
    about = {"order": order.pk} if order else {"website_id": cast.north().pk}
    texts = {"subject": "Where is my order?", "body": "It should be here by now."}
    facts["requester"] = facts.get("requester") or cast.cleo_of_north()
    row = intake.create(**{"by": None} | texts | about | facts)
    if facts.get("website_id", row.website_id) is None:
        QuerySet.update(Ticket.objects.filter(pk=row.pk), website=None)
    if assignee is not None:
        ownership.assign(ticket=row.pk, to=assignee, by=None, within_capacity=False)
    for step in _steps_to(status):
        triage.set_status(ticket=row.pk, status=step, by=None)
    return Ticket.objects.get(pk=row.pk)


def make_tickets(number: int, **facts) -> list[Ticket]:
    return [make_ticket(**{"subject": f"Question {at + 1}"} | facts) for at in range(number)]


def make_order(**facts) -> Order:
    """An order in progress, bought by Cleo on North and paid, delivered by Wim."""
    defaults = {"amount": "120.00", "status": "in_progress", "title": "A guide to rivers"}
    facts = defaults | facts
    facts.setdefault("paid_amount", facts["amount"])
    facts.setdefault("payment_status", "paid" if float(facts["paid_amount"]) else "unpaid")
    facts.setdefault("reference", f"N-{next(_fresh):05d}")
    facts.setdefault("website", cast.north())
    facts.setdefault("client", cast.cleo_of_north())
    facts.setdefault("writer", cast.wim_of_north())
    row = Order.objects.create(**facts)
    return Order.objects.get(pk=row.pk)


def hold(order: Order, *, by: User, **facts) -> Order:
    """The order on hold, as support puts it."""
    status_actions.hold(order=order.pk, by=by, words=Words("Waiting for the brief"), **facts)
    return Order.objects.get(pk=order.pk)


def make_dispute(*, order: Order | None = None, assignee: User | None = None, **facts) -> Dispute:
    """A dispute that Cleo opened over an order of hers."""
    placed = order or make_order()
    row = lifecycle.open_dispute(order=placed.pk, **{"by": placed.client, "reason": "late"} | facts)
    if assignee is not None:
        lifecycle.assign(dispute=row.pk, to=assignee, by=None)
    return Dispute.objects.get(pk=row.pk)


def make_money_effect(order: Order, amount="20.00", *, kind: Kind = Kind.PARTIAL_REFUND, asked: bool = False, by=None):
    """Money that goes back to the client of the order, decided; `asked`: it waits for approval."""
    with unit_of_work():
        row = lock(Order, order.pk)
        purpose = effects.Purpose(kind=kind, recipient=row.client, cause=Cause.ORDER_ACTION)
        return (effects.ask if asked else effects.decide)(row, amount, purpose, by=by)


def make_payment_issue(*, order: Order | None = None, by: User | None = None, **facts) -> PaymentIssueLog:
    """A refund request over a whole order of Cleo's, logged by Ada unless a test says otherwise."""
    placed = order or make_order()
    row = payment_issues.log_issue(
        order=placed.pk, **{"by": by or cast.ada_of_north(), "issue_type": "refund_request"} | facts
    )
    return PaymentIssueLog.objects.get(pk=row.pk)


def make_agent(username: str | None = None, **facts) -> User:
    """One more agent of North."""
    return cast.agent(username or f"agent-{next(_fresh)}", cast.north(), **facts)


def make_unseen(agent: User, length: timedelta, *, settled: bool = True) -> User:
    """For so long the console was watched, and nothing was seen or heard of the agent. Not `settled`: nobody knows."""
    last = now() - length
    watched = {"since": (last - timedelta(hours=1)).isoformat()}
    Heartbeat.objects.update_or_create(part=observation.PART, defaults={"at": now(), "facts": watched})
    rewrite(SupportAvailability.objects.filter(user=agent), since=last, last_seen_at=last)
    rewrite(SupportWorkloadTracker.objects.filter(user=agent), last_activity=last)
    if settled:
        service.settle(agent.pk)
    return agent


def make_old(ticket: Ticket, by: timedelta) -> Ticket:
    """The same ticket, come in earlier: its own moments and its clocks lie `by` further back."""
    earlier = Ticket.objects.get(pk=ticket.pk)
    rewrite(Ticket.objects.filter(pk=ticket.pk), created_at=earlier.created_at - by)
    _shift_clocks(OrderDisputeSLA.objects.filter(ticket=ticket), by)
    next_due.ticket(ticket.pk)
    return Ticket.objects.get(pk=ticket.pk)


def make_old_dispute(dispute: Dispute, by: timedelta) -> Dispute:
    """The same for a dispute."""
    rewrite(Dispute.objects.filter(pk=dispute.pk), created_at=dispute.created_at - by)
    _shift_clocks(OrderDisputeSLA.objects.filter(dispute=dispute), by)
    next_due.dispute(dispute.pk)
    return Dispute.objects.get(pk=dispute.pk)


def _shift_clocks(clocks, by: timedelta) -> None:
    for clock in clocks:
        moved = ("started_at", "due_at", "since", "paused_at", "next_fire_at", "breached_at", "completed_at")
        facts = {name: getattr(clock, name) for name in moved}
        facts = {name: at - by for name, at in facts.items() if at is not None and at < NEVER}
        rewrite(OrderDisputeSLA.objects.filter(pk=clock.pk), **facts)
        for event in SLAEvent.objects.filter(clock=clock):
            rewrite(SLAEvent.objects.filter(pk=event.pk), at=event.at - by, due_at=event.due_at - by)


def _steps_to(status: str | None) -> list[str]:
    return {None: [], "closed": ["resolved", "closed"], "new": []}.get(status, [status])


def breached(clock: OrderDisputeSLA) -> ClockReached:
    """The clock has passed its last threshold just now."""
    terms = {"metric": clock.metric, "policy_id": clock.policy_id}
    return ClockReached(**event_fields(clock, None), **terms, threshold="breached", due_at=now().isoformat())
