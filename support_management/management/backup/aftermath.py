"""What a restore changes in what was backed up: another history, and nobody is signed in."""

from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS

from support_management.core.models import Heartbeat
from support_management.core.time import now
from support_management.events import history
from support_management.events.capability import unit_of_work
from support_management.orders.shop.models import ShopEndpoint
from support_management.people.models import ApiToken


def follow(*, keep_tokens: bool) -> int:
    """Begin another history, end all sessions and revoke the API tokens, unless they are kept. Returns how many.

    Those of shops are among them.

    Sessions and tokens may have been ended after the backup, because somebody else had them.
    """
    with unit_of_work():
        # The restored database is not in its place yet, and the mark may itself be a copy from before the loss.
        history.begin_new(certain=False, note=False)
        Session.objects.all()._raw_delete(DEFAULT_DB_ALIAS)  # no events: every page reloads its state
        Heartbeat.objects.all().delete()
        if keep_tokens:
            return 0
        return sum(kind.objects.filter(revoked_at=None).update(revoked_at=now()) for kind in (ApiToken, ShopEndpoint))
