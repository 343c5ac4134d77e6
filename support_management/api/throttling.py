"""Rate limit of API requests per person or shop, for tokens and sessions alike. The console's pages are not counted.

Counters are in Django's cache, by default the memory of a web process: with WEB=2 each process counts separately, and
a restart resets the counters. That is enough to stop a runaway program.
"""

import math
import time

from django.conf import settings
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

from support_management.orders.shop.caller import ShopCaller


class PersonThrottle(BaseThrottle):
    """A sliding window of two counters: the current window, and the share of the previous one that still counts."""

    timer = staticmethod(time.time)

    def allow_request(self, request, view) -> bool:
        limit, seconds = settings.API_THROTTLE
        window, elapsed = divmod(self.timer(), seconds)
        key = f"api-throttle:{self._person(request)}:{window:.0f}"
        cache.add(key, 0, 2 * seconds)
        count = cache.incr(key)
        previous = cache.get(f"api-throttle:{self._person(request)}:{window - 1:.0f}", 0)
        if previous * (1 - elapsed / seconds) + count <= limit:
            return True
        cache.decr(key)
        self._wait = self._until_room(limit, seconds, elapsed, count - 1, previous)
        return False

    def wait(self) -> float:
        return self._wait

    def _person(self, request) -> str:
        if isinstance(request.user, ShopCaller):
            return f"shop-{request.user.endpoint.pk}"
        return f"user-{request.user.pk}" if request.user.is_authenticated else f"ip-{self.get_ident(request)}"

    def _until_room(self, limit: int, seconds: int, elapsed: float, count: int, previous: int) -> float:
        """Seconds until another request is allowed, without requests in between."""
        if count >= limit:
            return math.ceil(seconds - elapsed + seconds / limit)
        at = seconds * (1 - (limit - count - 1) / previous) if previous else seconds
        return max(1, math.ceil(at - elapsed))
