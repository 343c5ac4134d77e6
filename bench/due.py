"""Run in a desk's environment: `python -m bench.due MANY SECONDS` lets so many clocks fall due in one second, soon.

Prints the seconds of the wall clock at which they fell due, and at which the desk's own sweep had fired the last.
"""

import json
import sys
import time
from datetime import timedelta

from bench import sweeping  # first: it sets Django up
from support_management.core.time import now
from support_management.events.suppression import quietly
from support_management.sla.models import OrderDisputeSLA

LOOK_SECONDS, PATIENCE_SECONDS = 0.02, 60


def main(many: int, seconds: float) -> None:
    with quietly():
        sweeping.fill(many)
    mark = now() + timedelta(seconds=seconds)
    chosen = sweeping.bring(many, mark)
    waiting = OrderDisputeSLA.objects.filter(pk__gte=min(chosen), pk__lte=max(chosen), next_fire_at__lte=mark)
    limit = time.time() + seconds + PATIENCE_SECONDS
    while time.time() < limit and waiting.exists():
        time.sleep(LOOK_SECONDS)
    print(json.dumps({"due": mark.timestamp(), "fired": time.time(), "left": waiting.count()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
