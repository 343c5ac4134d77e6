"""Notifications by escalation rules: to people of the team, and to an external address."""

from django.db.models import QuerySet

from support_management.notifications.deadlines import (
    THRESHOLD_TEXTS,
    WebsiteLeads,
    WorkSummary,
    about_of,
    summaries_of,
)
from support_management.notifications.email import outbox
from support_management.notifications.email.outbox import OutgoingMail
from support_management.notifications.models import MailDuty, SupportNotification
from support_management.notifications.notify import Notice, send
from support_management.notifications.preferences import NO_CHANNEL, DeliveryChannels
from support_management.people.models import User
from support_management.people.roles import Role
from support_management.sla.clock.arithmetic import STAGES
from support_management.sla.clock.owners import owner_of
from support_management.sla.escalation.models import EscalationRun

NAMES_SHOWN = 3
"""Recipients listed by name in the result; more are counted."""


def notify_people(run: EscalationRun) -> str:
    """Run the action; the result names the recipients.

    Whoever was notified of this threshold of the clock already, as its owner, as a lead or by another rule, is not
    notified again by the same channel.
    """
    about = about_of(run.clock)
    work = summaries_of([run.clock])[about]
    priority, text = THRESHOLD_TEXTS[STAGES[run.kind]]
    people = _people(run, work)
    known_by = _known_by(run, people)
    send(
        Notice(
            recipient_id=person.pk,
            kind="rule",
            text=f"{text} (rule {run.rule.name})",
            name=work.name,
            priority=priority,
            about=about,
            link=work.link,
            dedup=f"{_thresholds_of(run)}rule {run.rule_id}" + (f" round {run.round}" if run.round else ""),
            known_by=known_by.get(person.pk, NO_CHANNEL),
        )
        for person in people
    )
    address = run.rule.tell_address
    if address and not _mailed_to(address, run):
        subject = f"{work.name}: {text}"
        outbox.enqueue([OutgoingMail(kind="rule", subject=subject, address=address, priority=priority, about=about)])
    names = _listed([str(person) for person in people] + ([address] if address else []))
    return f"notified {names}" if names else "no one to notify"


def _thresholds_of(run: EscalationRun) -> str:
    """How the keys of all notifications about the thresholds of a clock begin."""
    return f"clock {run.clock_id} "


def _notifications(run: EscalationRun) -> QuerySet[SupportNotification]:
    """What was told about this clock since the run's threshold: this one, or a worse one."""
    return SupportNotification.objects.filter(dedup__startswith=_thresholds_of(run), created_at__gte=run.due_at)


def _known_by(run: EscalationRun, people: list[User]) -> dict[int, DeliveryChannels]:
    known: dict[int, DeliveryChannels] = {}
    rows = _notifications(run).filter(recipient__in=people)
    for pk, bell, mail in rows.values_list("recipient", "on_bell", "by_mail"):
        before = known.get(pk, NO_CHANNEL)
        known[pk] = DeliveryChannels(before.bell or bell, before.mail or mail)
    return known


def _mailed_to(address: str, run: EscalationRun) -> bool:
    """Whether the address has the mail already: from another rule, or as a person's own."""
    if _notifications(run).filter(recipient__email__iexact=address, by_mail=True).exists():
        return True
    kind, pk = about_of(run.clock)
    mails = MailDuty.objects.filter(address__iexact=address, kind="rule", about_kind=kind, about_id=pk)
    return mails.filter(created_at__gte=run.due_at).exists()


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
