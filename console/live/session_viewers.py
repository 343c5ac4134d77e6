"""Whose a socket is, asked again and again: a session that ends ends its sockets."""

from collections.abc import Iterable

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from support_management.core.time import now
from support_management.people.models import User
from support_management.people.viewer import Viewer, viewers_of


def viewers(keys: Iterable[str]) -> dict[str, Viewer]:
    """Per session key the person as the visibility rules see them now; no entry: not signed in, or not of the desk."""
    alive = Session.objects.filter(pk__in=set(keys), expire_date__gt=now())
    sessions = {row.session_key: row.get_decoded() for row in alive}
    owners = {key: facts[SESSION_KEY] for key, facts in sessions.items() if facts.get(SESSION_KEY)}
    users = User.objects.in_bulk({int(pk) for pk in owners.values()})
    signed_in = {key: user for key, pk in owners.items() if (user := users.get(int(pk))) and _may(sessions[key], user)}
    known = viewers_of({user.pk: user for user in signed_in.values()}.values())
    return {key: known[user.pk] for key, user in signed_in.items()}


def _may(session: dict, user: User) -> bool:
    return user.is_active and user.is_desk and _same_password(session, user)


def _same_password(session: dict, user: User) -> bool:
    known = session.get(HASH_SESSION_KEY, "")
    current = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(known, one) for one in current)
