"""A new password, set by whatever door: it ends the person's API tokens if whoever sets it says so.

Doors that ask say so beforehand (`decide`). Commands and shells are not asked: there a new password ends the tokens.
"""

from dataclasses import dataclass

from support_management.people import accounts
from support_management.people.models import User

_ATTRIBUTE = "_password_decision"


@dataclass(slots=True)
class _Decision:
    end_tokens: bool = True
    by: User | None = None
    ended: int = 0


def decide(person: User, *, end_tokens: bool, by: User) -> None:
    """Say what becomes of the tokens when this object is saved with a new password."""
    setattr(person, _ATTRIBUTE, _Decision(end_tokens, by))


def is_new(person: User) -> bool:
    """Whether a password was set on this object that is being saved. Not when the same one is hashed anew."""
    return getattr(person, "_password", None) is not None


def saved(person: User) -> None:
    """Called in the transaction that stored a new password, or that there is none."""
    decision = _decision_of(person)
    if decision.end_tokens:
        decision.ended = accounts.revoke_tokens(person=person, by=decision.by)


def sentence(person: User) -> str:
    """What became of the tokens; empty when none was revoked."""
    ended = _decision_of(person).ended
    return f"{ended} API {'tokens were' if ended > 1 else 'token was'} revoked." if ended else ""


def _decision_of(person: User) -> _Decision:
    if not hasattr(person, _ATTRIBUTE):
        setattr(person, _ATTRIBUTE, _Decision())
    return getattr(person, _ATTRIBUTE)
