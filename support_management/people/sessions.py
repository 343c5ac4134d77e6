"""Tell the live streams of a person that a session has ended."""

from django.contrib.sessions.models import Session
from django.db import transaction

from support_management.events.bus import publish
from support_management.events.catalogue import AuthorityChanged


def session_ended(session: Session) -> None:
    """Publish the end of a session, in the transaction that deletes its row."""
    user_id = session.get_decoded().get("_auth_user_id")
    if user_id:
        with transaction.atomic():
            publish(AuthorityChanged(user_id=int(user_id), cause="session_ended"))
