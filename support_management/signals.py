"""The switchboard: which handlers follow which event. The order of calls matters.

Part 1: handlers of domain events, in the transaction of the change. `at_close` runs a step once at the end of the
change, because rows of people are written after rows of work. Part 2: writes without a capability, see writes.py.
"""

from django.contrib.sessions.models import Session
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save
from django.dispatch import receiver

from support_management import writes
from support_management.analytics import dashboards, reports
from support_management.core.time import now
from support_management.disputes.status import OUTCOMES
from support_management.events.bus import handles, handles_all, publish
from support_management.events.capability import unit_of_work
from support_management.events.catalogue import (
    AvailabilityChanged,
    CalendarChanged,
    ClockReached,
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
    FollowUpOpened,
    NoteAdded,
    OrderActed,
    OrderMoved,
    PaymentIssueChanged,
    PaymentIssueLogged,
    RecordChanged,
    RecordsChanged,
    RequesterWrote,
    SLAReportMade,
    TicketAssigned,
    TicketCreated,
    TicketMoved,
    TicketReplied,
    TicketTriaged,
)
from support_management.events.end_of_change import at_close, run_last
from support_management.events.suppression import is_quiet
from support_management.models import SupportOrderManagement, SupportProfile, Ticket, User
from support_management.notifications import by_escalation_rule as rule_notices
from support_management.notifications import conversation, deadlines, notify
from support_management.notifications import payment_issues as payment_notices
from support_management.people import load, sessions
from support_management.people.passwords import setting as password_setting
from support_management.routing.dispatch import by_escalation_rule as rule_reassignment
from support_management.routing.dispatch import triggers
from support_management.routing.record import decisions, reassignment_log
from support_management.search import repair as search_index
from support_management.search import upkeep as search
from support_management.setup import create_initial_rows
from support_management.sla.escalation import actions, enqueue
from support_management.sla.lifecycle import follow_up, tracking
from support_management.sla.repair import reconcile
from support_management.tickets.status import COUNTS_AS_LOAD

# --- 1. Events -------------------------------------------------------------

run_last(dashboards.refresh, dashboards.refresh_and_publish)  # dashboards count the result of all other steps


@handles(TicketCreated)
def after_ticket_created(event: TicketCreated):
    tracking.ticket_created(event.ticket_id, by_id=event.by_id)
    search.ticket_created(event.ticket_id)
    at_close(load.note_activity, event.by_id)
    at_close(triggers.route_tickets, event.ticket_id if event.automatic else None)


@handles(TicketReplied)
def after_reply(event: TicketReplied):
    tracking.ticket_answered(event.ticket_id, by_id=event.by_id)  # clocks before dashboards, which show the outcome
    search.message_written(event.message_id)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.agent_id, event.by_id)


@handles(RequesterWrote)
def after_requester_reply(event: RequesterWrote):
    tracking.requester_wrote(event.ticket_id, by_id=event.by_id)
    search.message_written(event.message_id)
    conversation.customer_wrote(event)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.agent_id)


@handles(FollowUpOpened)
def after_follow_up(event: FollowUpOpened):
    at_close(load.note_activity, event.by_id)


@handles(TicketTriaged)
def after_triage(event: TicketTriaged):
    tracking.ticket_triaged(event.ticket_id, cause=", ".join(event.fields), by_id=event.by_id)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.agent_id)
    at_close(triggers.route_tickets, None if event.agent_id else event.ticket_id)


@handles(NoteAdded)
def after_note(event: NoteAdded):
    search.message_written(event.message_id)
    conversation.noted(event)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.agent_id)


@handles(TicketMoved)
def after_ticket_moved(event: TicketMoved):
    tracking.ticket_moved(event.ticket_id, before=event.before, after=event.after, by_id=event.by_id)
    conversation.moved(event)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.agent_id, event.by_id, event.resolver_id)
    if event.after not in COUNTS_AS_LOAD:
        at_close(triggers.fill_agents, event.agent_id)
    elif event.agent_id is None:
        at_close(triggers.route_tickets, event.ticket_id)


@handles(TicketAssigned)
def after_ticket_assigned(event: TicketAssigned):
    giver_id = reassignment_log.giver_of(event)
    reassignment_log.store(event)
    decisions.store(event)
    notify.owner_changed(event, giver_id=giver_id)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.previous_id, event.agent_id)
    at_close(triggers.fill_agents, event.previous_id)
    at_close(triggers.route_tickets, None if event.agent_id else event.ticket_id)


@handles(DisputeOpened)
def after_dispute_opened(event: DisputeOpened):
    tracking.dispute_opened(event.dispute_id, by_id=event.by_id)
    search.dispute_opened(event.dispute_id)
    at_close(load.note_activity, event.by_id)
    at_close(triggers.route_disputes, event.dispute_id)


@handles(DisputeAssigned)
def after_dispute_assigned(event: DisputeAssigned):
    giver_id = reassignment_log.giver_of(event)
    reassignment_log.store(event)
    decisions.store(event)
    notify.owner_changed(event, giver_id=giver_id)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.previous_id, event.agent_id)
    at_close(triggers.fill_agents, event.previous_id)
    at_close(triggers.route_disputes, None if event.agent_id else event.dispute_id)


@handles(DisputeMoved)
def after_dispute_moved(event: DisputeMoved):
    tracking.dispute_moved(event.dispute_id, after=event.after, by_id=event.by_id)
    at_close(load.note_activity, event.by_id)
    if event.after in OUTCOMES:
        at_close(triggers.fill_agents, event.agent_id)
    at_close(dashboards.refresh, event.agent_id, event.by_id)


@handles(AvailabilityChanged)
def after_availability(event: AvailabilityChanged):
    at_close(triggers.restore_and_fill, event.agent_id if event.available else None)


@handles(OrderMoved)
def after_order_moved(event: OrderMoved):
    tracking.order_moved(event.order_id, before=event.before, after=event.after, by_id=event.by_id)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.by_id)


@handles(OrderActed)
def after_order_acted(event: OrderActed):
    if event.action == SupportOrderManagement.Action.MOVE_DEADLINE:
        tracking.order_changed(event.order_id, by_id=event.by_id)
    at_close(load.note_activity, event.by_id)


@handles(PaymentIssueLogged)
def after_payment_issue_logged(event: PaymentIssueLogged):
    tracking.payment_logged(event.payment_id, by_id=event.by_id)
    at_close(load.note_activity, event.by_id)


@handles(PaymentIssueChanged)
def after_payment_issue_changed(event: PaymentIssueChanged):
    if event.what in ("escalated", "resolved"):
        tracking.payment_moved(event.payment_id, after=event.what, by_id=event.by_id)
    if event.what == "changed":
        tracking.payment_changed(event.payment_id, by_id=event.by_id)
    payment_notices.changed(event)
    at_close(load.note_activity, event.by_id)


@handles(CalendarChanged)
def after_calendar_changed(event: CalendarChanged):
    if not event.deleted:
        follow_up.enqueue(calendar=event.calendar_id, by_id=event.by_id)


@handles_all(ClockReached)
def after_thresholds(events: list[ClockReached]):
    enqueue.from_thresholds(events)
    deadlines.reached(events)
    at_close(dashboards.refresh, *{event.agent_id for event in events if event.threshold == "breached"})


@handles(SLAReportMade)
def after_report(event: SLAReportMade):
    notify.report_made(**reports.notice_fields(event.report_id))


# Actions of escalation rules that live in packages above sla.
actions.provide("reassign", rule_reassignment.reassign)
actions.provide("tell", rule_notices.notify_people)


# --- 2. Writes without a capability ----------------------------------------


@handles(RecordChanged)
def after_record_changed(event: RecordChanged):
    if not writes.UNSEEN.issuperset(event.fields):
        writes.repair(event)
        search.record_changed(event)
        writes.audit(event)


@handles(RecordsChanged)
def after_records_changed(event: RecordsChanged):
    writes.repair_many(event)
    search.records_changed(event)
    writes.audit_many(event)


@receiver(post_save, sender=User)
def person_saved(instance, created, **_):
    if created:
        search.person_created(instance.pk)
    elif password_setting.is_new(instance):
        password_setting.saved(instance)


@receiver(post_delete, sender=Session)
def session_deleted(instance, **_):
    sessions.session_ended(instance)


@receiver(m2m_changed, sender=SupportProfile.websites.through)
def websites_changed(instance, action, reverse, pk_set, **_):
    """An agent's websites decide what they may see; the relation can be written from both sides."""
    if reverse and action == "pre_clear":
        instance.agents_before = sorted(instance.agents.values_list("pk", flat=True))
    if is_quiet() or action not in ("post_add", "post_remove", "post_clear"):
        return
    profile_ids = sorted(pk_set or vars(instance).pop("agents_before", ())) if reverse else [instance.pk]
    for pk in profile_ids:
        publish(RecordChanged(kind="supportprofile", id=pk, fields=("websites",)))


@receiver(m2m_changed, sender=Ticket.tags.through)
def tags_changed(instance, action, reverse, pk_set, **_):
    if is_quiet() or not action.startswith("post_"):
        return
    if not reverse:
        instance.save(update_fields=["updated_at"])
    elif pk_set:
        Ticket.objects.filter(pk__in=pk_set).update(updated_at=now())


@receiver(post_migrate)
def after_migrate(sender, **_):
    if sender.name == "support_management":
        with unit_of_work():
            create_initial_rows()
            reconcile.stray_orders()
            search_index.fill_if_new()
        follow_up.run_waiting()  # a migration can have left some
