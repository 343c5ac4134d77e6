"""Every kind of notice there is: what it is called, who may choose it, and where it goes unless somebody chose."""

from dataclasses import dataclass

from support_management.people.models import User


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """`bell` and `mail` hold until the person says otherwise."""

    name: str
    hint: str
    bell: bool = True
    mail: bool = False
    for_leads: bool = False


KINDS: dict[str, NotificationKind] = {
    "assigned": NotificationKind("Work becomes mine", "A ticket or dispute is given to you."),
    "taken_away": NotificationKind("Work is mine no longer", "Somebody else has your ticket or dispute now."),
    "asked": NotificationKind("Somebody asks me to look", "A lead waits for you to go on with your work."),
    "due_soon": NotificationKind("My deadline comes near", "A quarter of the time is left, or less."),
    "at_risk": NotificationKind("My deadline is at risk", "A tenth of the time is left, or less."),
    "breached": NotificationKind("My deadline was missed", "A promise to a client was not kept.", mail=True),
    "rule": NotificationKind("An escalation rule calls me", "A rule of the desk names you or your role.", mail=True),
    "team_at_risk": NotificationKind(
        "A deadline of the team is at risk", "Whoever has the work.", bell=False, for_leads=True
    ),
    "unowned_at_risk": NotificationKind(
        "A deadline that is nobody's is at risk", "Work without an owner.", for_leads=True
    ),
    "team_breached": NotificationKind(
        "A deadline of the team was missed", "Whoever has the work.", mail=True, for_leads=True
    ),
    "report": NotificationKind("An SLA report is made", "Each Monday, and on the first.", mail=True, for_leads=True),
}
"""A new kind is a line here: preferences, bell and mail know it from then on."""


def offered_to(person: User) -> dict[str, NotificationKind]:
    """What this person can be told at all."""
    return {word: kind for word, kind in KINDS.items() if person.is_lead or not kind.for_leads}
