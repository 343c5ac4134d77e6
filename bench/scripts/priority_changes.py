"""`python -m bench.scripts.priority_changes SINCE`, in the product's environment: priority changes since.

In order; each is [position, seconds of the wall clock when the event was written, ticket]. That moment is before the
commit, so a delay measured from it includes the commit.
"""

import json
import os
import sys
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from support_management.events import positions  # noqa: E402  (needs the settings)
from support_management.events.models import DomainEvent  # noqa: E402


def main(since: float) -> None:
    positions.place()
    rows = DomainEvent.objects.filter(kind="TicketTriaged", created_at__gt=datetime.fromtimestamp(since, UTC))
    changes = rows.order_by("pos").values_list("pos", "created_at", "payload")
    print(json.dumps([(pos, at.timestamp(), payload["ticket_id"]) for pos, at, payload in changes]))


if __name__ == "__main__":
    main(float(sys.argv[1]))
