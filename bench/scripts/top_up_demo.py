"""`python -m bench.scripts.top_up_demo N`, in the product's environment: tops the demo up to N tickets."""

import io
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  (needs the settings)
from django.db import connection  # noqa: E402

from support_management.management.demo import top_up  # noqa: E402
from support_management.tickets.models import Ticket  # noqa: E402


def main(tickets: int) -> None:
    top_up.PAUSE_SECONDS = 0
    call_command("load_demo", tickets=tickets, stdout=io.StringIO())
    if connection.vendor == "postgresql":  # as autovacuum would have done by the time anybody looks
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(json.dumps(Ticket.objects.count()))


if __name__ == "__main__":
    main(int(sys.argv[1]))
