"""Notifications by escalation rules: to people of the team, and to an external address."""

from support_management.notifications.deadlines import (
    THRESHOLD_TEXTS,
    WebsiteLeads,
    WorkSummary,
    about_of,
    summaries_of,
)
from support_management.notifications.email import outbox
from support_management.notifications.email.outbox import OutgoingMail
from support_management.notifications.notify import Notice, send
from support_management.people.models import User
from support_management.people.roles import Role
from support_management.sla.clock.arithmetic import STAGES
from support_management.sla.clock.owners import owner_of
from support_management.sla.escalation.models import EscalationRun

NAMES_SHOWN = 3
"""Recipients listed by name in the result; more are counted."""


def notify_people(run: EscalationRun) -> str:
    """Run the action; the result names the recipients. Each person is notified once per rule and clock."""
    about = about_of(run.clock)
    work = summaries_of([run.clock])[about]
    priority, text = THRESHOLD_TEXTS[STAGES[run.kind]]
    people = _people(run, work)
    send(
        Notice(
            recipient_id=person.pk,
            kind="rule",
            text=f"{text} (rule {run.rule.name})",
            name=work.name,
            priority=priority,
            about=about,
            link=work.link,
            dedup=f"rule {run.rule_id} clock {run.clock_id}",
        )
        for person in people
    )
    address = run.rule.tell_address
    if address:
        subject = f"{work.name}: {text}"
        outbox.enqueue([OutgoingMail(kind="rule", subject=subject, address=address, priority=priority, about=about)])
    names = _listed([str(person) for person in people] + ([address] if address else []))
    return f"notified {names}" if names else "no one to notify"


def _people(run: EscalationRun, work: WorkSummary) -> list[User]:
    rule, ids = run.rule, set()
    if rule.tell_owner:
        ids.add(owner_of(run.clock))
    if rule.tell_person_id:
        ids.add(rule.tell_person_id)
    if rule.tell_role == Role.LEAD:
        ids |= set(WebsiteLeads().of(work.website_id))
    elif rule.tell_role:
        ids |= set(User.objects.filter(role=rule.tell_role).values_list("pk", flat=True))
    return list(User.objects.filter(pk__in=ids - {None}, is_active=True).order_by("name", "pk"))


def _listed(names: list[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return ", ".join(names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")
