"""Celery tasks under their fixed names, each a duty. A task carries no arguments: the database says what is due."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session

from support_management import writes
from support_management.analytics import dashboards, reports
from support_management.core.duties import DUTIES, Duty, duty
from support_management.core.errors import DeskError
from support_management.core.models import IdempotencyKey
from support_management.core.time import now
from support_management.events.retention import drop_older_than
from support_management.notifications.email import delivery
from support_management.order_management import deliver
from support_management.payment_issues import steps
from support_management.people.availability import service
from support_management.people.passwords import attempts
from support_management.routing.dispatch import triggers
from support_management.routing.inputs import attention
from support_management.routing.record import load_recount
from support_management.search import repair as search_index
from support_management.sla.escalation import runner
from support_management.sla.lifecycle import follow_up, sweep
from support_management.tickets import triage
from support_management.tickets.models import Ticket

RULES_SECONDS = 0.2
"""Time limit for escalation rules within a sweep, because the next sweep follows a second later."""


def duties() -> tuple[Duty, ...]:
    """All of them: the tasks below."""
    return tuple(DUTIES.values())


@shared_task(name="support_management.tasks.check_sla_breaches")
@duty("thresholds", entry="sla")
def check_sla_breaches() -> int:
    """Fire all due thresholds; returns their number. Then run escalation rules for a moment."""
    fired = sweep.fire_due()
    runner.run_waiting(seconds=RULES_SECONDS)
    return fired


@shared_task(name="support_management.tasks.run_escalations")
@duty("rules", entry="rules")
def run_escalations() -> int:
    """Run the escalation rules that the sweep left over, and retry failed ones. Returns how many ran."""
    return runner.run_waiting()


@shared_task(name="support_management.tasks.follow_promises")
@duty("follow_ups", entry="promises")
def follow_promises() -> int:
    """Apply changed policies and calendars to running clocks. Returns how many got another target."""
    return follow_up.run_waiting()


@shared_task(name="support_management.tasks.refresh_all_support_dashboards")
@duty("dashboards", entry="dashboards", slow=True)
def refresh_all_support_dashboards() -> int:
    """Recalculate all dashboards. Returns how many had drifted: zero when all handlers are correct."""
    return dashboards.check_all()


@shared_task(name="support_management.tasks.check_loads")
@duty("loads", entry="loads", slow=True)
def check_loads() -> int:
    """Compare the load of each agent with their work. Returns how many had drifted: zero when handlers are correct."""
    return load_recount.check_all()


@shared_task(name="support_management.tasks.check_search")
@duty("search", entry="search", slow=True)
def check_search() -> int:
    """Compare a part of the search index with the rows: all in a day. Returns how many entries were corrected."""
    return search_index.check_slice()


@shared_task(name="support_management.tasks.make_sla_reports")
@duty("reports", entry="reports", slow=True)
def make_sla_reports() -> int:
    """Create the missing SLA reports of past weeks and months. Returns their number."""
    return reports.make_due()


@shared_task(name="support_management.tasks.route_waiting_work")
@duty("assignment", entry="route")
def route_waiting_work() -> int:
    """Assign the backlog of automatic queues to eligible agents. Returns how many items were assigned."""
    return triggers.sweep()


@shared_task(name="support_management.tasks.follow_availability")
@duty("availability", entry="availability")
def follow_availability() -> int:
    """Update availability states that change with time: inactivity, shifts, absences. Returns how many changed."""
    return service.settle_all()


@shared_task(name="support_management.tasks.auto_reassign_unresolved_tasks")
@duty("reassignment", entry="reassign")
def auto_reassign_unresolved_tasks() -> int:
    """Reassign work of agents who cannot continue with it or do not serve its website. Returns how many items moved."""
    return writes.release_unserved() + triggers.reassign()


@shared_task(name="support_management.tasks.send_mail", soft_time_limit=120, time_limit=150)
@duty("mail", entry="mail", slow=True)
def send_mail() -> int:
    """Send due mails. Returns how many the mail server accepted."""
    return delivery.send_due()


@shared_task(name="support_management.tasks.close_resolved_tickets")
@duty("closing", entry="resolved", slow=True)
def close_resolved_tickets() -> int:
    """Close tickets resolved more than CLOSE_RESOLVED_DAYS ago. Returns how many."""
    limit = now() - timedelta(days=settings.CLOSE_RESOLVED_DAYS)
    closed = 0
    for pk in Ticket.objects.filter(status="resolved", resolved_at__lt=limit).values_list("pk", flat=True)[:1000]:
        try:
            triage.set_status(ticket=pk, status="closed", by=None)
            closed += 1
        except DeskError:
            continue  # reopened meanwhile
    return closed


@shared_task(name="support_management.tasks.follow_orders")
@duty("orders", entry="orders")
def follow_orders() -> int:
    """Send messages about orders whose undo is over, and release orders whose hold is over. Returns how many."""
    return deliver.follow()


@shared_task(name="support_management.tasks.follow_payment_issues")
@duty("payment_issues", entry="payment_issues")
def follow_payment_issues() -> int:
    """Tell the owners of payment issues whose next contact or retry is due. Returns how many."""
    return steps.remind_due()


@shared_task(name="support_management.tasks.prune")
@duty("retention", entry="prune", slow=True)
def prune() -> dict:
    """Delete expired events, idempotency keys, sessions and failed sign-ins. Returns the number of each."""
    moment = now()
    keys, _ = IdempotencyKey.objects.filter(created_at__lt=moment - timedelta(hours=settings.KEEP_KEYS_HOURS)).delete()
    sessions = 0
    if not settings.KEEP_SESSIONS:
        sessions, _ = Session.objects.filter(expire_date__lt=moment).delete()
    attention.drop_old()
    events = drop_older_than(timedelta(hours=settings.KEEP_EVENTS_HOURS))
    return {"events": events, "keys": keys, "sessions": sessions, "attempts": attempts.forget_older()}
