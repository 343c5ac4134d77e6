"""A suspended agent signs in and reads; every door asks here before it lets them change something.

What is theirs alone stays open: signing out, the password, ending API tokens, what they have read, how pages look.
"""

from support_management.core.errors import NotAllowed
from support_management.people.models import SupportProfile, User

CODE = "suspended"
SENTENCE = "You are suspended: you can read, but not change anything. A team lead or an admin can tell you more."


def is_suspended(person: User) -> bool:
    """Whether this is a suspended agent. No query for a person who was loaded with their profile."""
    profile = getattr(person, "support_profile", None) if person.is_agent else None
    return profile is not None and profile.status == SupportProfile.Status.SUSPENDED


def require_not_suspended(by: User) -> None:
    """NotAllowed suspended for a suspended agent."""
    if is_suspended(by):
        raise NotAllowed(CODE, SENTENCE)
