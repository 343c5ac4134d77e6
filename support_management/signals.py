"""The switchboard: what happens when something happened. Read it aloud; order is meaning.

Part 1: events to handlers, in the transaction of the change. Part 2: writes that no capability made.
`at_close`: once and last in the change, because rows of people are written after rows of work.
"""

from django.contrib.sessions.models import Session
from django.db.models.signals import m2m_changed, post_delete, post_migrate
from django.dispatch import receiver

from support_management.analytics import dashboards
from support_management.audit import record
from support_management.core import context
from support_management.core.time import now
from support_management.disputes import repair as dispute_rows
from support_management.disputes.status import OUTCOMES
from support_management.events.bus import handles, publish
from support_management.events.catalogue import (
    AuthorityChanged,
    ClockReached,
    DisputeAssigned,
    DisputeMoved,
    DisputeOpened,
    NoteAdded,
    OrderMoved,
    RecordChanged,
    RecordsChanged,
    RequesterWrote,
    TicketAssigned,
    TicketCreated,
    TicketMoved,
    TicketReplied,
    TicketTriaged,
)
from support_management.events.closing import at_close
from support_management.events.quiet import is_quiet, quietly
from support_management.models import SupportAvailability, SupportProfile, SupportWorkloadTracker, Ticket, User
from support_management.notifications import notify
from support_management.people import authority, load, profiles
from support_management.routing import history, recount
from support_management.setup import first_rows
from support_management.sla import reconcile, tracking
from support_management.tickets import repair as ticket_rows

# --- 1. Events -------------------------------------------------------------


@handles(TicketCreated)
def after_ticket_created(event: TicketCreated):
    tracking.ticket_created(event.ticket_id, by_id=event.by_id)
    at_close(load.note_activity, event.by_id)


@handles(TicketReplied)
def after_reply(event: TicketReplied):
    tracking.ticket_answered(event.ticket_id, by_id=event.by_id)  # clocks first: figures show the outcome
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.agent_id)


@handles(RequesterWrote, NoteAdded, TicketTriaged)
def after_words(event: RequesterWrote | NoteAdded | TicketTriaged):
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.agent_id)


@handles(TicketMoved)
def after_ticket_moved(event: TicketMoved):
    tracking.ticket_moved(event.ticket_id, after=event.after, by_id=event.by_id)
    at_close(load.note_activity, event.by_id)
    if event.after == "resolved" and event.agent_id:
        load.note_activity(event.agent_id, tickets_handled=1)
    at_close(dashboards.refresh, event.agent_id)


@handles(TicketAssigned)
def after_ticket_assigned(event: TicketAssigned):
    history.keep(event)
    notify.changed_hands(event)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.previous_id, event.agent_id)


@handles(DisputeOpened)
def after_dispute_opened(event: DisputeOpened):
    tracking.dispute_opened(event.dispute_id, by_id=event.by_id)
    at_close(load.note_activity, event.by_id)


@handles(DisputeAssigned)
def after_dispute_assigned(event: DisputeAssigned):
    history.keep(event)
    notify.changed_hands(event)
    at_close(load.note_activity, event.by_id)
    at_close(dashboards.refresh, event.previous_id, event.agent_id)


@handles(DisputeMoved)
def after_dispute_moved(event: DisputeMoved):
    tracking.dispute_moved(event.dispute_id, after=event.after, by_id=event.by_id)
    at_close(load.note_activity, event.by_id)
    handler = event.agent_id or event.by_id
    if event.after in OUTCOMES and handler:
        load.note_activity(handler, disputes_handled=1)
    at_close(dashboards.refresh, event.agent_id)


@handles(OrderMoved)
def after_order_moved(event: OrderMoved):
    if event.by_id:
        load.note_activity(event.by_id, orders_managed=1)
    at_close(dashboards.refresh, event.by_id)


@handles(ClockReached)
def after_threshold(event: ClockReached):
    notify.clock_reached(event)
    at_close(dashboards.refresh, event.agent_id)


# --- 2. Writes without a capability ----------------------------------------

UNSEEN = {"last_login", "theme"}
"""Fields of a person that nobody else sees and no right depends on."""


@handles(RecordChanged)
def after_record_changed(event: RecordChanged):
    """Derived state becomes what a capability would have left; the write itself is not refused."""
    if UNSEEN.issuperset(event.fields):
        return
    if event.kind in _REPAIRS:
        _REPAIRS[event.kind](event)
    by_id = context.current().user_id
    verb = "delete" if event.deleted else "write"
    record.write(by_id=by_id, verb=verb, kind=event.kind, pk=event.id, after={"fields": list(event.fields)})


@handles(RecordsChanged)
def after_records_changed(event: RecordsChanged):
    if event.kind in _MASS_REPAIRS:
        _MASS_REPAIRS[event.kind]()
    record.write(by_id=context.current().user_id, verb="write many", kind=event.kind, pk=None)


def _ticket_written(event: RecordChanged):
    row = ticket_rows.bring_in_line(event.id)
    if row is None:
        _everybodys_figures()  # its finished clocks counted for whoever had completed them
        return
    reconcile.ticket(event.id)
    history.keep_written(
        ticket_id=row.pk, before=event.owner_id, after=row.assignee_id, by_id=context.current().user_id
    )
    _figures_of(event.owner_id, row.assignee_id)


def _dispute_written(event: RecordChanged):
    row = dispute_rows.bring_in_line(event.id)
    if row is None:
        _everybodys_figures()
        return
    reconcile.dispute(event.id)
    history.keep_written(
        dispute_id=row.pk, before=event.owner_id, after=row.assignee_id, by_id=context.current().user_id
    )
    _figures_of(event.owner_id, row.assignee_id)


def _message_written(event: RecordChanged):
    ticket_id = ticket_rows.first_reply_came(event.id)
    if ticket_id:
        reconcile.ticket(ticket_id)
        _figures_of(Ticket.objects.values_list("assignee", flat=True).get(pk=ticket_id))


def _queue_written(event: RecordChanged):
    ticket_rows.bring_all_in_line(type=event.id)
    recount.all_loads()
    at_close(dashboards.refresh_and_tell, *SupportWorkloadTracker.objects.values_list("user", flat=True))


def _person_written(event: RecordChanged):
    publish(AuthorityChanged(user_id=event.id, cause="gone" if event.deleted else "person"))
    user = User.objects.filter(pk=event.id).first()
    if user is not None:
        profiles.equip(user)
        dashboards.equip(user)
        at_close(dashboards.refresh, user.pk)  # "today" is a matter of their zone


def _profile_written(event: RecordChanged):
    if event.deleted:
        profiles.equip_all()
        return
    publish(AuthorityChanged(user_id=SupportProfile.objects.get(pk=event.id).user_id, cause="profile"))


def _availability_written(event: RecordChanged):
    if event.deleted:
        profiles.equip_all()
    elif "says" in event.fields and "since" not in event.fields:
        SupportAvailability.objects.filter(pk=event.id).update(since=now())


def _workload_written(event: RecordChanged):
    profiles.equip_all()
    owner_id = SupportWorkloadTracker.objects.filter(pk=event.id).values_list("user", flat=True).first()
    if owner_id:
        at_close(recount.loads, owner_id)


def _website_written(event: RecordChanged):
    if event.deleted:  # who served only this one serves all from now on
        _authority_of_agents()


def _many_tickets_written():
    ticket_rows.bring_all_in_line()
    reconcile.everything()
    _everybodys_figures()


def _many_disputes_written():
    dispute_rows.bring_all_in_line()
    reconcile.everything()
    _everybodys_figures()


def _many_people_written():
    profiles.equip_all()
    dashboards.equip_all()
    _authority_of_agents()


def _figures_of(*agent_ids: int | None):
    at_close(recount.loads, *agent_ids)
    at_close(dashboards.refresh_and_tell, *agent_ids)


def _everybodys_figures():
    _figures_of(*SupportWorkloadTracker.objects.values_list("user", flat=True))


def _authority_of_agents():
    for user_id in SupportProfile.objects.order_by("user").values_list("user", flat=True):
        publish(AuthorityChanged(user_id=user_id, cause="profile"))


_REPAIRS = {
    "ticket": _ticket_written,
    "ticketmessage": _message_written,
    "tickettype": _queue_written,
    "dispute": _dispute_written,
    "orderdisputesla": lambda event: reconcile.clock(event.id),
    "user": _person_written,
    "supportprofile": _profile_written,
    "supportavailability": _availability_written,
    "supportworkloadtracker": _workload_written,
    "website": _website_written,
}
_MASS_REPAIRS = {
    "ticket": _many_tickets_written,
    "ticketmessage": _many_tickets_written,
    "dispute": _many_disputes_written,
    "orderdisputesla": reconcile.every_row_shows_its_clock,
    "user": _many_people_written,
    "supportprofile": _many_people_written,
}


@receiver(post_delete, sender=Session)
def session_deleted(instance, **_):
    authority.session_ended(instance)


@receiver(m2m_changed, sender=SupportProfile.websites.through)
def websites_changed(instance, action, reverse, pk_set, **_):
    """Which websites an agent serves decides what they may see, from whichever side it is written."""
    if is_quiet() or action not in ("post_add", "post_remove", "pre_clear" if reverse else "post_clear"):
        return
    written = [instance.pk]
    if reverse:
        written = sorted(pk_set or instance.agents.values_list("pk", flat=True))
    for pk in written:
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
        with quietly():
            first_rows()
