"""The kinds of notifications: name, audience and default channels."""

from dataclasses import dataclass

from support_management.people.models import User


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """`bell` and `mail` are the defaults; each person may change them.

    `marks`: the ticket is shown as unread until the person opens it.
    """

    name: str
    hint: str
    bell: bool = True
    mail: bool = False
    for_leads: bool = False
    marks: bool = False


KINDS: dict[str, NotificationKind] = {
    "assigned": NotificationKind("Assigned to me", "A ticket or dispute is assigned to you."),
    "taken_away": NotificationKind("Reassigned", "One of your tickets or disputes is reassigned to someone else."),
    "moved_on": NotificationKind(
        "My assignment moved on", "Work that you assigned to someone is reassigned by a rule."
    ),
    "replied": NotificationKind("Customer replied", "On one of your tickets.", marks=True),
    "reopened": NotificationKind("Ticket reopened", "One of your resolved tickets is open again.", marks=True),
    "noted": NotificationKind("Internal note", "A colleague added a note to one of your tickets.", marks=True),
    "asked": NotificationKind("A lead asks me to look", "A team lead is waiting for you to act."),
    "payment_due": NotificationKind(
        "Payment follow-up due", "A contact or retry of one of your payment issues is due now."
    ),
    "payment_escalated": NotificationKind(
        "Payment issue escalated to me", "An agent puts a payment issue before you.", mail=True
    ),
    "due_soon": NotificationKind("SLA due soon", "A quarter of the time or less is left."),
    "at_risk": NotificationKind("SLA at risk", "A tenth of the time or less is left."),
    "breached": NotificationKind("SLA breached", "One of your tickets or disputes missed an SLA target.", mail=True),
    "rule": NotificationKind("Escalations to me", "An escalation rule names you or your role.", mail=True),
    "team_at_risk": NotificationKind(
        "Team SLA at risk", "On tickets and disputes with an assignee.", bell=False, for_leads=True
    ),
    "unowned_at_risk": NotificationKind(
        "Unassigned SLA at risk", "On tickets and disputes without an assignee.", for_leads=True
    ),
    "team_breached": NotificationKind("Team SLA breached", "On any ticket or dispute.", mail=True, for_leads=True),
    "team_unserved": NotificationKind(
        "Website no longer covered", "An agent lost a website; their open work there is unassigned.", for_leads=True
    ),
    "report": NotificationKind(
        "SLA report ready", "Every Monday and on the first of the month.", mail=True, for_leads=True
    ),
}
"""A new kind is one entry here: preferences, bell and mail read this table."""

MARKS = tuple(word for word, kind in KINDS.items() if kind.marks)


def offered_to(person: User) -> dict[str, NotificationKind]:
    """The kinds that this person can get."""
    return {word: kind for word, kind in KINDS.items() if person.is_lead or not kind.for_leads}
