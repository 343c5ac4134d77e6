"""`python -m bench.scripts.change_priorities RATE SECONDS TICKET …`, in the product's environment: steady changes.

They come from a process that serves no browser, as those of a worker or a shell do.
"""

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from bench.load.priority_changers import PRIORITIES  # noqa: E402  (needs the settings)
from support_management.core.priority import PRIORITY_WORDS  # noqa: E402
from support_management.tickets import triage  # noqa: E402
from support_management.tickets.models import Ticket  # noqa: E402


def main(rate: float, seconds: float, *tickets: int) -> None:
    ranks = dict(Ticket.objects.filter(pk__in=tickets).values_list("pk", "priority"))
    has = {pk: PRIORITY_WORDS[rank] for pk, rank in ranks.items()}
    began, number = time.monotonic(), 0
    while (now := time.monotonic()) < began + seconds:
        if (due := began + number / rate) > now:
            time.sleep(due - now)
            continue
        pk = tickets[number % len(tickets)]
        has[pk] = PRIORITIES[has[pk] == PRIORITIES[0]]
        triage.set_priority(ticket=pk, priority=has[pk], by=None)
        number += 1
    print(json.dumps(number))


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]), *map(int, sys.argv[3:]))
