"""Follow-up of writes without a capability (admin, shell, import, QuerySet): repair of derived state, and audit.

Such writes are not refused; derived state becomes what a capability would have left.
"""

from support_management.analytics import dashboards
from support_management.audit import log
from support_management.calendars import versions as calendar_versions
from support_management.calendars.models import BusinessCalendar
from support_management.core import request_context
from support_management.core.time import now
from support_management.disputes import amounts, order_status
from support_management.disputes import repair as dispute_rows
from support_management.events.bus import publish, publish_all
from support_management.events.capability import unit_of_work
from support_management.events.catalogue import (
    AuthorityChanged,
    CalendarChanged,
    DisputeAssigned,
    RecordChanged,
    RecordsChanged,
    TicketAssigned,
)
from support_management.events.end_of_change import at_close
from support_management.notifications import conversation, notify, unserved
from support_management.orders import repair as order_rows
from support_management.orders.models import Order
from support_management.orders.money import payment_status
from support_management.orders.money import raw_writes as money_rows
from support_management.payment_issues import actions as payment_issues
from support_management.payment_issues import repair as payment_issue_rows
from support_management.people import profiles, websites
from support_management.people.availability import raw_writes as availability_rows
from support_management.people.availability import service
from support_management.people.models import SupportProfile, SupportWorkloadTracker, User
from support_management.routing.inputs import active_skill_rules
from support_management.routing.record import load_recount, reassignment_log
from support_management.routing.transfer import unserved_work
from support_management.sla.escalation import editing as escalation_rules
from support_management.sla.repair import reconcile
from support_management.tickets import repair as ticket_rows
from support_management.tickets.models import Ticket

UNSEEN = {"last_login", "theme", "density", "updates", "announcements"}
"""Private fields of a person that no permission depends on: their writes are neither followed nor audited."""


def repair(event: RecordChanged) -> None:
    """Update derived state after the write of one row."""
    if event.kind in _REPAIRS:
        _REPAIRS[event.kind](event)


def repair_many(event: RecordsChanged) -> None:
    """Update derived state after a bulk write."""
    if event.kind in _MASS_REPAIRS:
        _MASS_REPAIRS[event.kind]()


def repair_work() -> None:
    """What follows from work: clocks, due times, units, loads, figures. Audited as bulk writes."""
    with unit_of_work():
        reconcile.strays()
        publish_all([RecordsChanged(kind=kind) for kind in ("orderdisputesla", "ticket", "dispute", "paymentissuelog")])


def release_unserved(*agent_ids: int) -> int:
    """Unassign the open work of these agents (none named: all) on websites that they no longer serve, and tell people.

    Returns how many items. The sweep repeats it for all, for rows that were written past every signal.
    """
    released = unserved_work.release(agent_ids or None)
    unserved.notify(released)
    return len(released) + payment_issues.release_unserved(agent_ids or None)


def audit(event: RecordChanged) -> None:
    """Audit the write; its actor is the user of the request context, or the system."""
    verb, by_id = "delete" if event.deleted else "write", request_context.current().user_id
    log.write(by_id=by_id, verb=verb, kind=event.kind, pk=event.id, after={"fields": list(event.fields)})


def audit_many(event: RecordsChanged) -> None:
    """Audit a bulk write with one entry."""
    log.write(by_id=request_context.current().user_id, verb="write many", kind=event.kind, pk=None)


def _ticket_written(event: RecordChanged):
    resolver_id = Ticket.objects.filter(pk=event.id).values_list("resolved_by", flat=True).first()
    row = ticket_rows.repair_row(event.id)
    if row is None:
        _all_figures()  # its finished clocks counted for the agents who completed them
        return
    reconcile.ticket(event.id)
    _owner_written(TicketAssigned, event.owner_id, row.assignee_id, ticket_id=row.pk)
    _figures_of(event.owner_id, row.assignee_id, resolver_id, row.resolved_by_id)


def _dispute_written(event: RecordChanged):
    row = dispute_rows.repair_row(event.id)
    if row is None:
        _all_figures()
        return
    if not {"amount_at_risk", "order", "created", "all"}.isdisjoint(event.fields):
        amounts.check_dispute(row)
    order_status.repair_dispute(row)
    reconcile.dispute(event.id)
    _owner_written(DisputeAssigned, event.owner_id, row.assignee_id, dispute_id=row.pk)
    _figures_of(event.owner_id, row.assignee_id)


def _order_written(event: RecordChanged):
    row = Order.objects.filter(pk=event.id).first()
    if row is None:
        return
    money_rows.order_written(row, event.fields)
    if not {"amount", "all"}.isdisjoint(event.fields):
        amounts.lower_at_risk(order=row)
    order_rows.forget_holds(pk=row.pk)
    order_status.repair_order(row.pk)
    reconcile.order(row.pk)


def _payment_issue_written(event: RecordChanged):
    payment_issue_rows.repair_row(event.id, event.fields)
    reconcile.payment(event.id)


def _owner_written(change: type, before: int | None, after: int | None, **work: int) -> None:
    """Write the assignment history, and tell both owners as after an assignment."""
    if before == after:
        return
    by_id = request_context.current().user_id
    reassignment_log.store_external(before=before, after=after, by_id=by_id, **work)
    notify.owner_changed(change(**work, agent_id=after, previous_id=before, by_id=by_id, reason="assigned"))


def _message_written(event: RecordChanged):
    if "created" in event.fields:
        conversation.message_written(event.id)
    ticket_id = ticket_rows.record_first_reply(event.id)
    if ticket_id:
        reconcile.message(event.id)
        _figures_of(Ticket.objects.values_list("assignee", flat=True).get(pk=ticket_id))


def _queue_written(event: RecordChanged):
    ticket_rows.repair_all(type=event.id)
    reconcile.conditions_changed("type", type=event.id)
    load_recount.all_loads()
    at_close(dashboards.refresh_and_publish, *SupportWorkloadTracker.objects.values_list("user", flat=True))


def _dispute_weight_written(event: RecordChanged):
    dispute_rows.repair_all(is_open=True)
    load_recount.all_loads()
    at_close(dashboards.refresh_and_publish, *SupportWorkloadTracker.objects.values_list("user", flat=True))


def _person_written(event: RecordChanged):
    publish(AuthorityChanged(user_id=event.id, cause="gone" if event.deleted else "person"))
    user = User.objects.filter(pk=event.id).first()
    if user is not None:
        profiles.ensure_agent_rows(user)
        dashboards.create_for(user)
        if not {"role", "all"}.isdisjoint(event.fields):
            release_unserved(user.pk)  # a lead serves every website, an agent only their own
        if not {*reconcile.OF_PEOPLE, "all"}.isdisjoint(event.fields):
            reconcile.person(user.pk)
        at_close(dashboards.refresh, user.pk)  # "today" depends on their time zone


def _profile_written(event: RecordChanged):
    if event.deleted:
        profiles.ensure_all_agent_rows()
        return
    user_id = SupportProfile.objects.get(pk=event.id).user_id
    publish(AuthorityChanged(user_id=user_id, cause="profile"))
    if "websites" in event.fields:
        release_unserved(user_id)
    if not {"shift", "all"}.isdisjoint(event.fields):
        availability_rows.settle(user_id)


def _workload_written(event: RecordChanged):
    profiles.ensure_all_agent_rows()
    owner_id = SupportWorkloadTracker.objects.filter(pk=event.id).values_list("user", flat=True).first()
    if owner_id:
        at_close(load_recount.loads, owner_id)


def _website_written(event: RecordChanged):
    websites.check_written(event.id)
    if event.deleted:  # agents who served only this website now serve all
        _authority_of_agents()


def _calendar_written(event: RecordChanged):
    if not event.deleted:
        calendar_versions.reconcile(event.id, by_id=request_context.current().user_id, at=now())
    publish(CalendarChanged(calendar_id=event.id, by_id=request_context.current().user_id, deleted=event.deleted))


def _many_calendars_written():
    for pk in BusinessCalendar.objects.order_by("pk").values_list("pk", flat=True):
        _calendar_written(RecordChanged(kind="businesscalendar", id=pk, fields=("all",)))


def _tag_written(event: RecordChanged):
    reconcile.conditions_changed("tag", **({} if event.deleted else {"tags": event.id}))


def _many_tickets_written():
    ticket_rows.repair_all()
    reconcile.everything()
    _all_figures()


def _many_disputes_written():
    amounts.check_every_dispute()
    dispute_rows.repair_all()
    _many_orders_written()
    _all_figures()


def _many_orders_written():
    payment_status.repair()
    amounts.lower_at_risk()
    order_rows.forget_holds()
    order_status.repair_all()
    reconcile.everything()


def _many_payment_issues_written():
    payment_issue_rows.repair_all()
    reconcile.everything()


def _many_people_written():
    profiles.ensure_all_agent_rows()
    dashboards.create_missing()
    reconcile.conditions_changed(*reconcile.OF_PEOPLE)
    _authority_of_agents()
    release_unserved()


def _figures_of(*agent_ids: int | None):
    at_close(load_recount.loads, *agent_ids)
    at_close(dashboards.refresh_and_publish, *agent_ids)


def _all_figures():
    _figures_of(*SupportWorkloadTracker.objects.values_list("user", flat=True))


def _authority_of_agents():
    for user_id in SupportProfile.objects.order_by("user").values_list("user", flat=True):
        publish(AuthorityChanged(user_id=user_id, cause="profile"))


_REPAIRS = {
    "ticket": _ticket_written,
    "ticketmessage": _message_written,
    "tickettype": _queue_written,
    "tag": _tag_written,
    "dispute": _dispute_written,
    "disputeweight": _dispute_weight_written,
    "order": _order_written,
    "moneyeffect": lambda event: money_rows.effect_written(event.id),
    "paymentissuelog": _payment_issue_written,
    "paymentissuestep": lambda event: payment_issue_rows.step_written(event.id),
    "slapolicy": lambda event: reconcile.policy(event.id),
    "orderdisputesla": lambda event: reconcile.clock(event.id),
    "user": _person_written,
    "supportprofile": _profile_written,
    "supportavailability": availability_rows.availability_written,
    "plannedabsence": availability_rows.absence_written,
    "supportworkloadtracker": _workload_written,
    "website": _website_written,
    "businesscalendar": _calendar_written,
    "skillrule": lambda event: active_skill_rules.check_written(event.id),
    "escalationrule": lambda event: escalation_rules.check_written(event.id),
}
_MASS_REPAIRS = {
    **dict.fromkeys(("ticket", "ticketmessage"), _many_tickets_written),
    "dispute": _many_disputes_written,
    "order": _many_orders_written,
    "moneyeffect": payment_status.repair,
    "paymentissuelog": _many_payment_issues_written,
    "slapolicy": reconcile.every_policy,
    "tag": lambda: reconcile.conditions_changed("tag"),
    "orderdisputesla": reconcile.due_times,
    **dict.fromkeys(("user", "supportprofile"), _many_people_written),
    **dict.fromkeys(("supportavailability", "plannedabsence"), service.settle_all),
    "businesscalendar": _many_calendars_written,
    "escalationrule": escalation_rules.check_all_written,
    "website": websites.check_all_written,
}
