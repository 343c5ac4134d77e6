"""A desk in the middle of its day, everything that can happen to it, and the pages that people look at meanwhile."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from support_management.analytics import dashboards
from support_management.analytics.models import SupportDashboard
from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.events.suppression import quietly
from support_management.notifications import nudge, queries, read
from support_management.notifications.models import SupportNotification
from support_management.order_management import actions, deliver, undo
from support_management.order_management.acting import Words
from support_management.order_management.models import HeldMessage, SupportOrderManagement
from support_management.orders import actions as orders
from support_management.orders.models import Order
from support_management.orders.money import shop_reports
from support_management.orders.money.models import MoneyEffect
from support_management.orders.shop import endpoints
from support_management.payment_issues import actions as payment_issues
from support_management.payment_issues import steps
from support_management.payment_issues.models import PaymentIssueLog, PaymentIssueStep
from support_management.people.availability import service
from support_management.people.models import SupportProfile, User, Website
from support_management.routing.dispatch import auto_assign, reassign_absent
from support_management.routing.record import decisions
from support_management.sla import policy_editing
from support_management.sla.clock import next_due
from support_management.sla.lifecycle import extension, sweep
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket, TicketMessage, TicketType
from tests import cast
from tests.factories import (
    hold,
    make_agent,
    make_dispute,
    make_money_effect,
    make_old,
    make_old_dispute,
    make_order,
    make_payment_issue,
    make_ticket,
    make_tickets,
    make_unseen,
)
from tests.past import erase_clocks, erase_history

NEXT_YEAR = datetime(2090, 1, 1, 12, tzinfo=UTC)


@dataclass
class Desk:
    """Ada's ticket is about an order with a dispute; the free one about an order without."""

    ada: User
    ben: User
    lea: User
    cleo: User

    def __post_init__(self):
        self.disputed = make_order(title="Rivers of Europe", amount="120.00", files_enabled=False)
        self.calm = make_order(title="Mountains of Asia", amount="80.00", currency="GBP")
        self.free = make_ticket(subject="Where is my brochure?", order=self.calm)
        self.hers = make_ticket(subject="Paid twice", order=self.disputed, assignee=self.ada, priority="high")
        self.waiting = make_ticket(subject="Sent the form", assignee=self.ada, status="pending")
        self.late = make_old(make_ticket(subject="Late already", priority="urgent"), timedelta(hours=5))
        sweep.fire_due()
        self.due = make_old(make_ticket(subject="Late any moment", assignee=self.ada), timedelta(hours=5))
        self.bens = make_ticket(subject="With Ben", assignee=self.ben, priority="urgent")
        self.dispute = make_dispute(order=self.disputed, assignee=self.ada)
        self.told = actions.perform(
            "enable_files", order=self.disputed.pk, by=self.ada, words=Words("Paid", message="Your files are ready.")
        )
        self.message = self.told.messages.get().pk
        self.left, self.gone = make_agent(name="Eve Left"), make_agent(name="Gil Gone")
        self.idle = make_agent(name="Ida Idle")
        self.forgotten = make_ticket(subject="With who left", assignee=self.left)
        SupportProfile.objects.filter(user__in=[self.left, self.gone]).update(status="inactive")
        SupportDashboard.objects.filter(agent=self.lea).update(orders_managed=9)  # a figure that nobody kept
        self.unpromised = make_ticket(subject="Nothing is promised")
        with quietly():
            erase_clocks(OrderDisputeSLA.objects.filter(ticket=self.unpromised))
            next_due.ticket(self.unpromised.pk)
        self.issue = make_payment_issue(order=self.disputed, by=self.ada, amount="30.00")
        self.old = make_old_dispute(make_dispute(external_deadline=now() + timedelta(days=2)), timedelta(hours=71))

    def pages(self) -> dict[str, str]:
        return {
            "the queue": "/queue/",
            "her ticket": self.hers.get_absolute_url(),
            "the free ticket": self.free.get_absolute_url(),
            "the disputes": "/disputes/",
            "the orders": "/orders/?status=in_progress",
            "the disputed order": self.disputed.get_absolute_url(),
            "the calm order": self.calm.get_absolute_url(),
            "the payments": "/payments/",
            "the payment issue": self.issue.get_absolute_url(),
            "the dashboard": "/dashboard/",
            "the notifications": "/notifications/",
            "the clocks of a ticket": f"/sla/clocks/ticket/{self.waiting.pk}/",
        }

    def pages_of(self, person: User) -> dict[str, str]:
        """With those that are for leads only."""
        more = {
            "the SLA board": "/sla/",
            "the workload": f"/workload/?open={self.ada.pk}&open={self.ben.pk}&ticket={self.free.number}",
            "a part of the SLA board": f"/sla/?kind=ticket&metric=resolution&owner={self.ada.pk}",
            "the clocks of a dispute": f"/sla/clocks/dispute/{self.dispute.pk}/",
        }
        return self.pages() | (more if person.is_lead else {})


def _raw_save(desk: Desk) -> None:
    row = Ticket.objects.get(pk=desk.hers.pk)
    row.subject, row.priority = "Written by a shell", 1
    row.save()


def _newest_of(person: User) -> int:
    return queries.newest_and_unread(person.pk)[0]


def _raw_move(desk: Desk) -> None:
    row = Ticket.objects.get(pk=desk.hers.pk)
    row.assignee, row.order = desk.ben, desk.calm
    row.save()


def _confirmed(effect: MoneyEffect) -> None:
    endpoint, _ = endpoints.issue(website=effect.order.website)
    shop_reports.confirm(effect=effect.pk, endpoint=endpoint, external_id="re_1")


def _raw_delete(*tickets: Ticket) -> None:
    erase_history(*tickets)
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).delete()


def _rename_order(desk: Desk) -> None:
    row = Order.objects.get(pk=desk.disputed.pk)
    row.title, row.amount = "Rivers of Africa", "99.00"
    row.save()


def _rename(model, pk: int, **facts) -> None:
    row = model.objects.get(pk=pk)
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()


HAPPENS = {
    "ada goes on a break": lambda desk: service.set_status(user=desk.ada.pk, says="break", by=desk.ada),
    "lea pauses ada": lambda desk: service.pause(user=desk.ada.pk, paused=True, by=desk.lea),
    "ada closes her laptop": lambda desk: make_unseen(desk.ada, timedelta(minutes=3)),
    "a client writes a new ticket": lambda desk: make_ticket(subject="Brand new", priority="urgent"),
    "ada claims": lambda desk: ownership.claim(ticket=desk.free.pk, by=desk.ada),
    "ben claims": lambda desk: ownership.claim(ticket=desk.free.pk, by=desk.ben),
    "lea assigns": lambda desk: ownership.assign(ticket=desk.free.pk, to=desk.ada, by=desk.lea),
    "lea moves it on": lambda desk: ownership.assign(ticket=desk.hers.pk, to=desk.ben, by=desk.lea),
    "ada releases": lambda desk: ownership.release(ticket=desk.hers.pk, by=desk.ada),
    "a rule hands work on": lambda desk: (
        SupportProfile.objects.filter(user=desk.ben).update(status="suspended"),
        reassign_absent.move_work_of_absent(),
    ),
    "who left hands the last ticket on": lambda desk: ownership.assign(
        ticket=desk.forgotten.pk, to=desk.ada, by=desk.lea
    ),
    "who is gone gets a ticket by a shell": lambda desk: _rename(Ticket, desk.forgotten.pk, assignee=desk.gone),
    "who has no work leaves": lambda desk: _rename(SupportProfile, desk.idle.support_profile.pk, status="inactive"),
    "ada replies": lambda desk: conversation.reply(ticket=desk.hers.pk, by=desk.ada, body="On it."),
    "ada replies to what was free": lambda desk: conversation.reply(ticket=desk.free.pk, by=desk.ada, body="Soon."),
    "ada replies and resolves": lambda desk: conversation.reply(
        ticket=desk.hers.pk, by=desk.ada, body="Done.", status="resolved"
    ),
    "ada leaves a note": lambda desk: conversation.note(ticket=desk.hers.pk, by=desk.ada, body="Bank called."),
    "the requester writes": lambda desk: conversation.reply(ticket=desk.hers.pk, by=desk.cleo, body="Any news?"),
    "the requester wakes it": lambda desk: conversation.reply(ticket=desk.waiting.pk, by=desk.cleo, body="Sent it."),
    "the status moves": lambda desk: triage.set_status(ticket=desk.hers.pk, status="on_hold", by=desk.ada),
    "it is closed": lambda desk: (
        triage.set_status(ticket=desk.hers.pk, status="resolved", by=desk.ada),
        triage.set_status(ticket=desk.hers.pk, status="closed", by=desk.ada),
    ),
    "the requester writes on a closed one": lambda desk: (
        triage.set_status(ticket=desk.hers.pk, status="resolved", by=desk.ada),
        triage.set_status(ticket=desk.hers.pk, status="closed", by=desk.ada),
        conversation.reply(ticket=desk.hers.pk, by=desk.cleo, body="It came back"),
    ),
    "the priority rises": lambda desk: triage.set_priority(ticket=desk.free.pk, priority="urgent", by=desk.lea),
    "the type changes": lambda desk: triage.set_type(ticket=desk.hers.pk, type="payment", by=desk.ada),
    "tags are set": lambda desk: triage.set_tags(ticket=desk.hers.pk, tags=["vip", "refund"], by=desk.ada),
    "a dispute is opened": lambda desk: lifecycle.open_dispute(
        order=desk.calm.pk, by=desk.ada, reason="quality", ticket=desk.free.pk
    ),
    "a dispute is opened by the client": lambda desk: make_dispute(order=desk.calm),
    "a dispute is taken": lambda desk: lifecycle.assign(dispute=desk.old.pk, to=desk.ada, by=desk.ada),
    "a dispute changes hands": lambda desk: lifecycle.assign(dispute=desk.dispute.pk, to=desk.ben, by=desk.lea),
    "a dispute moves on": lambda desk: lifecycle.advance(dispute=desk.dispute.pk, status="under_review", by=desk.ada),
    "a dispute is decided": lambda desk: lifecycle.resolve(
        dispute=desk.dispute.pk, outcome="resolved_client", notes="It was late.", refund="20.00", by=desk.ada
    ),
    "money of an order goes back": lambda desk: make_money_effect(desk.calm),
    "a payment issue is logged": lambda desk: make_payment_issue(order=desk.calm, issue_type="chargeback", by=desk.ben),
    "a payment issue changes hands": lambda desk: payment_issues.assign(issue=desk.issue.pk, to=desk.ben, by=desk.lea),
    "a payment is retried": lambda desk: steps.record(
        issue=desk.issue.pk, kind="retry", outcome="failed", failure_code="expired_card", by=desk.ada
    ),
    "a payment issue is escalated": lambda desk: payment_issues.escalate(issue=desk.issue.pk, by=desk.ada),
    "a payment issue is resolved": lambda desk: payment_issues.resolve(
        issue=desk.issue.pk, notes="Agreed", amount="10.00", by=desk.ada
    ),
    "a shell saves a payment issue": lambda desk: _rename(PaymentIssueLog, desk.issue.pk, assignee=None, priority=1),
    "a shell adds a step to a payment issue": lambda desk: PaymentIssueStep.objects.create(
        issue=desk.issue, kind="contact", outcome="reached", note="By phone", next_step_at=now() + timedelta(hours=2)
    ),
    "the shop confirms a refund": lambda desk: _confirmed(make_money_effect(desk.calm, "80.00")),
    "an order moves": lambda desk: orders.set_status(order=desk.calm.pk, status="submitted", by=desk.lea),
    "an order is put on hold": lambda desk: hold(desk.calm, by=desk.lea, until=now() + timedelta(hours=3)),
    "the files of an order are restricted": lambda desk: actions.perform(
        "restrict_files", order=desk.disputed.pk, by=desk.ada, words=Words("Unpaid", note="Ask the bank")
    ),
    "the deadline of an order moves": lambda desk: actions.perform(
        "move_deadline", order=desk.disputed.pk, by=desk.ada, words=Words("More pages"), deadline=NEXT_YEAR
    ),
    "an action on an order is undone": lambda desk: (
        SupportOrderManagement.objects.filter(pk=desk.told.pk).update(created_at=now()),
        undo.undo(action=desk.told.pk, by=desk.ada),
    ),
    "a message about an order leaves": lambda desk: (
        HeldMessage.objects.filter(pk=desk.message).update(due_at=now()),
        deliver.send(message=desk.message),
    ),
    "lea gives away what has no promise": lambda desk: ownership.assign(
        ticket=desk.unpromised.pk, to=desk.ben, by=desk.lea
    ),
    "lea extends a deadline": lambda desk: extension.extend(
        clock=desk.hers.clocks.get(metric="resolution").pk, by=desk.lea, minutes=90, reason="The bank is closed."
    ),
    "an admin renames a promise": lambda desk: policy_editing.change(
        policy=desk.hers.clocks.first().policy_id,
        by=cast.person("pat", "admin"),
        values=policy_editing.PolicyValues(name="Usual"),
    ),
    "lea asks ada to look": lambda desk: nudge.ask_owner(kind="ticket", pk=desk.hers.pk, by=desk.lea, words="Now"),
    "lea pauses ben": lambda desk: service.pause(user=desk.ben.pk, paused=True, by=desk.lea),
    "routing finds nobody": lambda desk: decisions.store_unplaced([auto_assign.preview(desk.free)], "sweep"),
    "clocks run out": lambda desk: sweep.fire_due(),
    "figures are counted anew": lambda desk: dashboards.recalculate(desk.lea.pk),
    "ada sees what she was told": lambda desk: read.mark_seen(by=desk.ada, upto=_newest_of(desk.ada)),
    "ada reads all she was told": lambda desk: read.mark_many_as_read(by=desk.ada),
    "a shell tells somebody something": lambda desk: SupportNotification.objects.create(
        recipient=desk.ada, kind="assigned", text="By hand"
    ),
    "a shell takes a notice back": lambda desk: SupportNotification.objects.filter(recipient=desk.ada)[0].delete(),
    "a shell marks notices": lambda desk: SupportNotification.objects.filter(recipient=desk.ada).update(read_at=now()),
    "a shell saves a ticket": _raw_save,
    "a shell moves a ticket": _raw_move,
    "a shell updates tickets": lambda desk: Ticket.objects.filter(assignee=desk.ada).update(priority=4),
    "a shell makes a ticket": lambda desk: Ticket.objects.create(
        subject="By hand", requester=desk.cleo, type=TicketType.objects.first()
    ),
    "a shell makes tickets": lambda desk: Ticket.objects.bulk_create(
        [
            Ticket(number=f"T-9{i:04d}", subject="In bulk", requester=desk.cleo, type=TicketType.objects.first())
            for i in range(3)
        ]
    ),
    "a shell changes several": lambda desk: Ticket.objects.bulk_update(
        [_with(row, subject="Many at once") for row in Ticket.objects.all()], ["subject"]
    ),
    "a shell deletes a ticket": lambda desk: _raw_delete(desk.late),
    "a shell deletes tickets": lambda desk: _raw_delete(desk.late, desk.due),
    "a shell writes a message": lambda desk: TicketMessage.objects.create(
        ticket=desk.hers, kind="note", author=desk.lea, body="By hand"
    ),
    "a shell saves a dispute": lambda desk: _rename(Dispute, desk.dispute.pk, amount_at_risk="11.00", reason="other"),
    "a shell updates disputes": lambda desk: Dispute.objects.all().update(assignee=desk.ben),
    "a shell saves an order": _rename_order,
    "a shell makes an order": lambda desk: make_order(),
    "a shell renames a person": lambda desk: _rename(User, desk.cleo.pk, name="Cleo Novak"),
    "a shell renames a queue": lambda desk: _rename(TicketType, desk.hers.type_id, name="Everything"),
    "a shell renames a website": lambda desk: _rename(Website, desk.hers.website_id, name="Nordic"),
    "a shell changes a clock": lambda desk: _rename(
        OrderDisputeSLA, desk.hers.clocks.first().pk, state="paused", paused_at=now()
    ),
    "a shell changes a capacity": lambda desk: _rename(SupportProfile, desk.ada.support_profile.pk, capacity=3),
}
"""Sentence → what happens."""

FLOODS = {
    "more tickets come than one frame carries": lambda desk: make_tickets(101),
    "more rows are written than are told one by one": lambda desk: Ticket.objects.bulk_create(
        [
            Ticket(number=f"T-8{i:04d}", subject="Flood", requester=desk.cleo, type=TicketType.objects.first())
            for i in range(21)
        ]
    ),
}
"""What is fetched anew, not sent."""


def _with(row, **facts):
    for name, value in facts.items():
        setattr(row, name, value)
    return row
