"""The switchboard: what happens when something happened. Read it aloud; order is meaning.

Part 1: events to handlers, in the transaction of the change. Part 2: writes that no capability made.
"""

from django.contrib.sessions.models import Session
from django.db.models.signals import m2m_changed, post_delete, post_migrate
from django.dispatch import receiver

from support_management.analytics import dashboards
from support_management.audit import record
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
from support_management.events.quiet import is_quiet, quietly
from support_management.models import Dispute, SupportProfile, Ticket, User
from support_management.notifications import notify
from support_management.people import authority, load, profiles
from support_management.routing import history, recount
from support_management.setup import first_rows
from support_management.sla import tracking

# --- 1. Events -------------------------------------------------------------


@handles(TicketCreated)
def after_ticket_created(event: TicketCreated):
    tracking.ticket_created(event.ticket_id, by_id=event.by_id)


@handles(TicketReplied)
def after_reply(event: TicketReplied):
    tracking.ticket_answered(event.ticket_id, by_id=event.by_id)  # clocks first: figures show the outcome
    load.note_activity(agent_id=event.by_id)
    dashboards.refresh(event.agent_id)


@handles(RequesterWrote, NoteAdded, TicketTriaged)
def after_words(event: RequesterWrote | NoteAdded | TicketTriaged):
    load.note_activity(agent_id=event.by_id)
    dashboards.refresh(event.agent_id)


@handles(TicketMoved)
def after_ticket_moved(event: TicketMoved):
    tracking.ticket_moved(event.ticket_id, after=event.after, by_id=event.by_id)
    if event.after == "resolved":
        load.note_activity(agent_id=event.agent_id, tickets_handled=1)
    dashboards.refresh(event.agent_id)


@handles(TicketAssigned)
def after_ticket_assigned(event: TicketAssigned):
    history.keep(event)
    dashboards.refresh(event.previous_id, event.agent_id)
    notify.changed_hands(event)


@handles(DisputeOpened)
def after_dispute_opened(event: DisputeOpened):
    tracking.dispute_opened(event.dispute_id, by_id=event.by_id)


@handles(DisputeAssigned)
def after_dispute_assigned(event: DisputeAssigned):
    history.keep(event)
    dashboards.refresh(event.previous_id, event.agent_id)
    notify.changed_hands(event)


@handles(DisputeMoved)
def after_dispute_moved(event: DisputeMoved):
    tracking.dispute_moved(event.dispute_id, after=event.after, by_id=event.by_id)
    dashboards.refresh(event.agent_id)


@handles(OrderMoved)
def after_order_moved(event: OrderMoved):
    load.note_activity(agent_id=event.by_id, orders_managed=1)


@handles(ClockReached)
def after_threshold(event: ClockReached):
    dashboards.refresh(event.agent_id)
    notify.clock_reached(event)


# --- 2. Writes without a capability ----------------------------------------

_MODELS = {model._meta.model_name: model for model in (Ticket, Dispute, User, SupportProfile)}


@handles(RecordChanged)
def after_record_changed(event: RecordChanged):
    if event.kind == "ticket" and not event.deleted:
        recount.recount_ticket(event.id)
        tracking.reconcile_ticket(event.id)
    if event.kind == "dispute" and not event.deleted:
        recount.recount_dispute(event.id)
        tracking.reconcile_dispute(event.id)
    if event.kind in ("ticket", "dispute"):
        recount.recount_agents()
        dashboards.refresh(*User.objects.filter(dashboard__isnull=False).values_list("pk", flat=True))
    if event.kind == "user" and not event.deleted:
        _person_changed(event)
    if event.kind == "supportprofile" and not event.deleted:
        publish(AuthorityChanged(user_id=SupportProfile.objects.get(pk=event.id).user_id, cause="profile"))
    _audit_write(event)


@handles(RecordsChanged)
def after_records_changed(event: RecordsChanged):
    if event.kind in ("ticket", "dispute"):
        tracking.reconcile_all()
        recount.recount_all_units()
        recount.recount_agents()
        dashboards.refresh(*User.objects.filter(dashboard__isnull=False).values_list("pk", flat=True))
    if event.kind == "user":
        profiles.equip_all()
        dashboards.equip_all()


def _person_changed(event: RecordChanged):
    user = User.objects.get(pk=event.id)
    profile = profiles.equip(user)
    dashboards.equip(user)
    if profile is not None:
        publish(RecordChanged(kind="supportprofile", id=profile.pk, fields=("created",)))
    if "last_login" not in event.fields:
        publish(AuthorityChanged(user_id=event.id, cause="person"))


def _audit_write(event: RecordChanged):
    model = _MODELS.get(event.kind)
    if model is None or "last_login" in event.fields:
        return
    verb = "delete" if event.deleted else "write"
    record.record(by=None, verb=verb, on=model(pk=event.id), after={"fields": list(event.fields)})


@receiver(post_delete, sender=Session)
def session_deleted(instance, **_):
    authority.session_ended(instance)


@receiver(m2m_changed, sender=SupportProfile.websites.through)
def websites_changed(instance, action, **_):
    if action.startswith("post_") and isinstance(instance, SupportProfile):
        instance.save()


@receiver(m2m_changed, sender=Ticket.tags.through)
def tags_changed(instance, action, **_):
    if action.startswith("post_") and isinstance(instance, Ticket) and not is_quiet():
        instance.save(update_fields=["updated_at"])


@receiver(post_migrate)
def after_migrate(sender, **_):
    if sender.name == "support_management":
        with quietly():
            first_rows()
