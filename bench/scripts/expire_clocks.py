"""`python -m bench.scripts.expire_clocks MANY SECONDS`, in the product's environment: MANY clocks fall due in SECONDS.

Prints when they fell due and when the product's own sweep had fired the last, in seconds of the wall clock.
"""

import json
import sys
import time
from datetime import timedelta

from bench.scripts import sweep_clocks  # first: it sets Django up
from support_management.core.time import now
from support_management.events.suppression import quietly
from support_management.sla.models import OrderDisputeSLA

LOOK_SECONDS, PATIENCE_SECONDS = 0.02, 60


def main(many: int, seconds: float) -> None:
    with quietly():
        sweep_clocks.fill(many)
    mark = now() + timedelta(seconds=seconds)
    chosen = sweep_clocks.bring(many, mark)
    waiting = OrderDisputeSLA.objects.filter(pk__gte=min(chosen), pk__lte=max(chosen), next_fire_at__lte=mark)
    limit = time.time() + seconds + PATIENCE_SECONDS
    while time.time() < limit and waiting.exists():
        time.sleep(LOOK_SECONDS)
    print(json.dumps({"due": mark.timestamp(), "fired": time.time(), "left": waiting.count()}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
