"""Beat's schedule, safe from a clock that is set back: a task that seems to have run in the future ran now."""

from datetime import timedelta

from celery.beat import PersistentScheduler
from celery.utils.time import maybe_make_aware


class Scheduler(PersistentScheduler):
    """Celery's own scheduler, with the schedule brought back to the present when it is loaded and at each tick.

    Celery waits until a period has passed since the last run. With a last run of tomorrow, nothing is sent until then.
    """

    def setup_schedule(self):
        super().setup_schedule()
        self._bring_back()

    def tick(self, *args, **kwargs):
        if self._bring_back():
            self._heap = None  # its times are of the other clock: the next tick calculates them again
        return super().tick(*args, **kwargs)

    def _bring_back(self) -> bool:
        """Move last runs that lie in the future to now. True when there were some."""
        ahead = [entry for entry in self.schedule.values() if _ahead(entry) > timedelta(0)]
        for entry in ahead:
            entry.last_run_at = entry.default_now()
        return bool(ahead)


def _ahead(entry) -> timedelta:
    return maybe_make_aware(entry.last_run_at) - maybe_make_aware(entry.default_now())
