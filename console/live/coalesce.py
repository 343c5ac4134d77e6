"""Coalescing: the first change is painted at once, further ones at most once per window, with the newest state."""

from console.fragments.registry import FRAGMENTS, DirtyFragments

ROWS_SECONDS = 0.1
COUNTERS_SECONDS = 0.25


class Window:
    """Dirty fragments that wait for the next paint. Times are seconds of the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._painted_at = float("-inf")
        self._dirt = DirtyFragments()
        self.taken: tuple[DirtyFragments, int] | None = None
        """What is being painted, and its oldest position."""
        self.first: int | None = None
        """The oldest waiting position: not every change up to it has been painted yet."""

    def add(self, dirt: DirtyFragments, pos: int) -> None:
        if not dirt:
            return
        self._dirt.merge(dirt)
        self.first = pos if self.first is None else min(pos, self.first)

    def due_in(self, now: float) -> float | None:
        """Seconds until the paint, 0 when it is due, None when nothing waits."""
        return None if self.first is None else max(0.0, self._painted_at + self._seconds - now)

    @property
    def oldest(self) -> int | None:
        """The oldest position that waits or is being painted: not every change up to it has been sent yet."""
        positions = [pos for pos in (self.first, self.taken and self.taken[1]) if pos is not None]
        return min(positions, default=None)

    def take(self, now: float) -> tuple[DirtyFragments, int] | None:
        """The waiting fragments and their oldest position when a paint is due, else None.

        `sent` or `put_back` follows.
        """
        if self.first is None or self.due_in(now):
            return None
        self.taken = (self._dirt, self.first)
        self._dirt, self.first, self._painted_at = DirtyFragments(), None, now
        return self.taken

    def sent(self) -> None:
        """What was taken is painted and sent."""
        self.taken = None

    def put_back(self) -> None:
        """What was taken could not be painted."""
        if self.taken is not None:
            self.add(*self.taken)
            self.taken = None


def split(dirt: DirtyFragments) -> tuple[DirtyFragments, DirtyFragments]:
    """(rows, counters): counters are painted less often. Who could see a row before matters for rows only."""
    rows, counters = DirtyFragments(refetch=dirt.refetch), DirtyFragments()
    rows.former, rows.created, rows.unclear = dirt.former, dirt.created, dirt.unclear
    for name, subjects in dirt.subjects.items():
        (counters if FRAGMENTS[name].counter else rows).subjects[name] |= subjects
    return rows, counters
