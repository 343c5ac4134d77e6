"""Celery tasks under their fixed names. Each only says "look now"; the rows say what is due."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.contrib.sessions.models import Session

from support_management.analytics import dashboards, reports
from support_management.core import heartbeats
from support_management.core.errors import DeskError
from support_management.core.models import IdempotencyKey
from support_management.core.time import now
from support_management.events.retention import drop_older_than
from support_management.notifications.email import delivery
from support_management.people.availability import service
from support_management.routing.dispatch import triggers
from support_management.sla.escalation import runner
from support_management.sla.lifecycle import follow_up, sweep
from support_management.tickets import triage
from support_management.tickets.models import Ticket

RULES_SECONDS = 0.2
"""What rules may take of a sweep; the next one is due soon."""


@shared_task(name="support_management.tasks.check_sla_breaches")
def check_sla_breaches() -> int:
    """Fire every threshold that has fallen due. Runs each second; beat and worker show they live by it."""
    heartbeats.beat_every(5, "worker")
    fired = sweep.fire_due()
    runner.run_waiting(seconds=RULES_SECONDS)
    return fired


@shared_task(name="support_management.tasks.run_escalations")
def run_escalations() -> int:
    """What the sweep has left: many rules at once, and those that failed and are tried again."""
    return runner.run_waiting()


@shared_task(name="support_management.tasks.follow_promises")
def follow_promises() -> int:
    """Running clocks take over changed policies and calendars. Returns how many got another promise."""
    return follow_up.run_waiting()


@shared_task(name="support_management.tasks.refresh_all_support_dashboards")
def refresh_all_support_dashboards() -> int:
    """Recount every dashboard. Returns how many had drifted: zero, when the handlers do their work."""
    return dashboards.check_all()


@shared_task(name="support_management.tasks.make_sla_reports")
def make_sla_reports() -> int:
    """Make the SLA reports of the weeks and months that are over. Returns how many were missing."""
    return reports.make_due()


@shared_task(name="support_management.tasks.route_waiting_work")
def route_waiting_work() -> int:
    """Work that waits in automatic queues goes to whoever can take it. Returns how much found an owner."""
    return triggers.sweep()


@shared_task(name="support_management.tasks.follow_availability")
def follow_availability() -> int:
    """States that time alone changes: who was not seen, shifts, absences. Returns how many changed."""
    return service.settle_all()


@shared_task(name="support_management.tasks.auto_reassign_unresolved_tasks")
def auto_reassign_unresolved_tasks() -> int:
    """Work of agents who are suspended, not there for long, or have too much goes to who can take it."""
    return triggers.reassign()


@shared_task(name="support_management.tasks.send_mail", soft_time_limit=120, time_limit=150)
def send_mail() -> int:
    """Hand the mails that are due to the mail server. Returns how many it took."""
    return delivery.send_due()


@shared_task(name="support_management.tasks.close_resolved_tickets")
def close_resolved_tickets() -> int:
    """Resolved becomes closed after CLOSE_RESOLVED_DAYS."""
    limit = now() - timedelta(days=settings.CLOSE_RESOLVED_DAYS)
    closed = 0
    for pk in Ticket.objects.filter(status="resolved", resolved_at__lt=limit).values_list("pk", flat=True)[:1000]:
        try:
            triage.set_status(ticket=pk, status="closed", by=None)
            closed += 1
        except DeskError:
            continue  # reopened a moment ago
    return closed


@shared_task(name="support_management.tasks.prune")
def prune() -> dict:
    """Drop what is kept for a while only: events, idempotency keys, expired sessions."""
    moment = now()
    keys, _ = IdempotencyKey.objects.filter(created_at__lt=moment - timedelta(hours=settings.KEEP_KEYS_HOURS)).delete()
    sessions = 0
    if not settings.KEEP_SESSIONS:
        sessions, _ = Session.objects.filter(expire_date__lt=moment).delete()
    events = drop_older_than(timedelta(hours=settings.KEEP_EVENTS_HOURS))
    return {"events": events, "keys": keys, "sessions": sessions}
