"""Sessions of a person: whether another one is open; the live streams hear of the end of one."""

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import constant_time_compare

from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.catalogue import AuthorityChanged
from support_management.people.models import User


def session_ended(session: Session) -> None:
    """Publish the end of a session, in the transaction that deletes its row."""
    user_id = session.get_decoded().get(SESSION_KEY)
    if user_id:
        with transaction.atomic():
            publish(AuthorityChanged(user_id=int(user_id), cause="session_ended"))


def has_other(user: User, *, than: str | None) -> bool:
    """Whether the person is signed in elsewhere. `than`: the key of the session that does not count.

    The table does not know whose a session is, so all that have not expired are read: at sign-out only.
    """
    others = Session.objects.filter(expire_date__gt=now()).exclude(pk=than or "")
    contents = (row.get_decoded() for row in others.iterator())
    return any(data.get(SESSION_KEY) == str(user.pk) and has_same_password(data, user) for data in contents)


def has_same_password(session: dict, user: User) -> bool:
    """Whether the session was opened with the password of today: with a changed one it is no longer valid."""
    session_hash = session.get(HASH_SESSION_KEY, "")
    valid_hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, valid) for valid in valid_hashes)
