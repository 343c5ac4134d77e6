"""The identity of the event history: a restored database begins another one."""

import uuid

from django.db.models import F

from support_management.core.models import NumberSequence
from support_management.core.time import now
from support_management.events.models import Epoch

SKIPPED = 10_000
"""Public numbers left out: those given out after the backup stay with what they were given to."""


def begin_new() -> None:
    """A new epoch, so that browsers reload their state, and public numbers that were not given out before."""
    if not Epoch.objects.update(value=uuid.uuid4(), created_at=now()):
        Epoch.objects.create()
    NumberSequence.objects.update(value=F("value") + SKIPPED)
