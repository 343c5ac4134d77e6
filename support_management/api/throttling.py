"""So many requests per person and time, whichever way they signed in. The console's own pages are not counted.

Counted in Django's cache. Its default is the memory of one web process: with WEB=2 each process counts for itself,
and a restart forgets. That is enough to keep one runaway program from the desk.
"""

import math
import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle


class PersonThrottle(BaseThrottle):
    """A sliding window made of two counters: this window's, and the part of the last one that still lies in it."""

    timer = staticmethod(time.time)

    def allow_request(self, request, view) -> bool:
        limit, seconds = settings.API_THROTTLE
        window, into = divmod(self.timer(), seconds)
        key = f"api-throttle:{self._person(request)}:{window:.0f}"
        cache.add(key, 0, 2 * seconds)
        count = cache.incr(key)
        before = cache.get(f"api-throttle:{self._person(request)}:{window - 1:.0f}", 0)
        if before * (1 - into / seconds) + count <= limit:
            return True
        cache.decr(key)
        self._wait = self._until_room(limit, seconds, into, count - 1, before)
        return False

    def wait(self) -> float:
        return self._wait

    def _person(self, request) -> str:
        return f"user-{request.user.pk}" if request.user.is_authenticated else f"ip-{self.get_ident(request)}"

    def _until_room(self, limit: int, seconds: int, into: float, count: int, before: int) -> float:
        """Seconds until one more request fits, if nobody else asks meanwhile."""
        if count >= limit:
            return math.ceil(seconds - into + seconds / limit)
        at = seconds * (1 - (limit - count - 1) / before) if before else seconds
        return max(1, math.ceil(at - into))
