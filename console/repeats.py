"""What repeats itself is said once in full, then at most once a minute with a count. Used for log lines.

In an outage the thousandth traceback says no more than the first, and pushes it out of the log.
"""

import re
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

EVERY_SECONDS = 60
FORGET_SECONDS = 600
"""What was silent for so long is news again."""
MOST_KEYS = 500
LONGEST = 300
VARYING = re.compile(r"\b0x[0-9a-f]+|\b[0-9a-f]{8,}\b|[0-9]+", re.IGNORECASE)


def unvaried(text: str) -> str:
    """The first line of a text without the numbers by which repetitions differ."""
    return VARYING.sub("#", text.strip().partition("\n")[0][:LONGEST])


@dataclass(slots=True)
class Seen:
    sample: Any
    said_at: float
    last_at: float
    folded: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    said: bool
    full: bool = False
    folded: int = 0
    """The number left out since it was last said."""


class Repeats:
    """Remembers a bounded number of keys. Not safe for threads: its owner holds a lock."""

    def __init__(self) -> None:
        self._seen: OrderedDict[Hashable, Seen] = OrderedDict()
        self._given_up: deque[Seen] = deque(maxlen=MOST_KEYS)

    def met(self, key: Hashable, sample: Callable[[], Any]) -> Verdict:
        """Whether to say this now, and how. What `sample` makes comes back from `left_out`."""
        moment = time.monotonic()
        seen = self._seen.get(key)
        if seen is None or moment - seen.last_at >= FORGET_SECONDS:
            self._keep(key, Seen(sample(), moment, moment))
            return Verdict(said=True, full=True)
        self._seen.move_to_end(key)
        seen.last_at = moment
        if moment - seen.said_at < EVERY_SECONDS:
            seen.folded += 1
            return Verdict(said=False)
        verdict = Verdict(said=True, folded=seen.folded)
        seen.said_at, seen.folded = moment, 0
        return verdict

    def _keep(self, key: Hashable, seen: Seen) -> None:
        self._seen[key] = seen
        if len(self._seen) > MOST_KEYS:
            self._given_up.append(self._seen.popitem(last=False)[1])

    def left_out(self, *, all_of_them: bool = False) -> list[tuple[Any, int]]:
        """Samples with the number of repetitions left out for a minute or longer, or before their key was given up."""
        moment = time.monotonic()
        late = [one for one in self._seen.values() if all_of_them or moment - one.said_at >= EVERY_SECONDS]
        due = [(seen, seen.folded) for seen in (*self._given_up, *late) if seen.folded]
        self._given_up.clear()
        for seen, _ in due:
            seen.said_at, seen.folded = moment, 0
        return [(seen.sample, folded) for seen, folded in due]

    def forget_counts(self) -> None:
        """After a fork: what the parent left out, the parent reports."""
        self._given_up.clear()
        for seen in self._seen.values():
            seen.folded = 0
