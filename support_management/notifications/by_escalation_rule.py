"""An escalation rule tells people, and an address outside the desk."""

from support_management.notifications.deadlines import SAID, WebsiteLeads, WorkSummary, about_of, works_of
from support_management.notifications.email import outbox
from support_management.notifications.email.outbox import OutgoingMail
from support_management.notifications.notify import Notice
from support_management.notifications.notify import tell as tell_people
from support_management.people.models import User
from support_management.people.roles import Role
from support_management.sla.clock.arithmetic import STAGES
from support_management.sla.clock.owners import owner_of
from support_management.sla.escalation.models import EscalationRun

NAMED = 3


def tell(run: EscalationRun) -> str:
    """Who was told, in words. Each person once per rule and clock, as they prefer to be told."""
    about = about_of(run.clock)
    work = works_of([run.clock])[about]
    priority, words = SAID[STAGES[run.kind]]
    people = _people(run, work)
    tell_people(
        Notice(
            recipient_id=person.pk,
            kind="rule",
            text=f"{words} (rule {run.rule.name})",
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
        subject = f"{work.name}: {words}"
        outbox.owe([OutgoingMail(kind="rule", subject=subject, address=address, priority=priority, about=about)])
    told = _listed([str(person) for person in people] + ([address] if address else []))
    return f"notified {told}" if told else "no one to notify"


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
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
