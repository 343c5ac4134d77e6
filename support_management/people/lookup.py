"""Find the person that an API request names by id, username or email."""

import secrets

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from support_management.audit import log
from support_management.core.errors import Invalid
from support_management.events.capability import capability
from support_management.people import identity, roles
from support_management.people.models import User
from support_management.people.roles import Role

KNOWN_TO_AGENTS = roles.PARTIES | roles.AGENTS
"""Roles of the people whom agents find; leads find everybody."""


def agent(who: int | str | None) -> User | None:
    """The person with this id or username; None for None. Invalid unknown_agent. Does not check the role."""
    if who is None:
        return None
    matches = User.objects.filter(pk=who) if isinstance(who, int) else User.objects.named(who)
    person = matches.first()
    if person is None:
        raise Invalid("unknown_agent", "This agent does not exist.", field="assignee")
    return person


def name_of(pk: object) -> str:
    """The name of the person with this id, as audit lines name them; "somebody" where it is not known."""
    person = User.objects.filter(pk=pk).first() if isinstance(pk, int) else None
    return str(person or "somebody")


@capability
def requester(*, who: int | str, by: User) -> User:
    """The active person with this id, or the person with this email. A new email creates a client without a password.

    An id finds whoever the actor may know by it: agents find customers, writers and agents, leads find everybody.
    Invalid unknown_requester, bad_email.
    """
    if isinstance(who, int):
        person = User.objects.filter(pk=who, is_active=True).first()
        if person is None or not (by.is_lead or person.pk == by.pk or person.role in KNOWN_TO_AGENTS):
            raise Invalid("unknown_requester", "This person does not exist.", field="requester")
        return person
    email = identity.email_address(who)
    try:
        validate_email(email)
        if len(email) > identity.LONGEST_EMAIL:
            raise ValidationError("")
    except ValidationError:
        raise Invalid("bad_email", "Enter an id or an email address.", field="requester") from None
    return User.objects.with_email(email).first() or _new_client(email, by=by)


def _new_client(email: str, *, by: User) -> User:
    usable = identity.is_username(email) and not User.objects.named(email).exists()
    username = email if usable else f"client-{secrets.token_hex(8)}"
    name = email.partition("@")[0][:120]
    person = User.objects.create_user(username, email, None, name=name, role=Role.CLIENT)
    log.record(by=by, verb="create", on=person, after={"role": Role.CLIENT})
    return person
