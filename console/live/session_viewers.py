"""The viewer behind a session, checked repeatedly: when a session ends, its sockets are closed."""

from collections.abc import Iterable

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from support_management.core.time import now
from support_management.people.models import User
from support_management.people.sessions import has_same_password
from support_management.people.viewer import Viewer, viewers_of


def viewers(keys: Iterable[str]) -> dict[str, Viewer]:
    """Per session key its viewer. Sessions that have ended, and people other than support staff, have no entry."""
    current = Session.objects.filter(pk__in=set(keys), expire_date__gt=now())
    sessions = {row.session_key: row.get_decoded() for row in current}
    user_ids = {key: data[SESSION_KEY] for key, data in sessions.items() if data.get(SESSION_KEY)}
    users = User.objects.in_bulk({int(pk) for pk in user_ids.values()})
    signed_in = {
        key: user for key, pk in user_ids.items() if (user := users.get(int(pk))) and _may_connect(sessions[key], user)
    }
    viewers_by_user = viewers_of({user.pk: user for user in signed_in.values()}.values())
    return {key: viewers_by_user[user.pk] for key, user in signed_in.items()}


def _may_connect(session: dict, user: User) -> bool:
    return user.is_active and user.is_desk and has_same_password(session, user)
