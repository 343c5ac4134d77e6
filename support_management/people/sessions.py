"""When what a person may see changes, or a session ends, everybody who streams to them must know."""

from django.contrib.sessions.models import Session
from django.db import transaction

from support_management.events.bus import publish
from support_management.events.catalogue import AuthorityChanged


def session_ended(session: Session) -> None:
    """Called in the transaction that deletes the session row, whoever deletes it."""
    user_id = session.get_decoded().get("_auth_user_id")
    if user_id:
        with transaction.atomic():
            publish(AuthorityChanged(user_id=int(user_id), cause="session_ended"))
