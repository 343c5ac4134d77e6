"""A burst of changes becomes few paints: the first at once, then at most one per window; the newest state wins."""

from console.fragments.registry import FRAGMENTS, DirtyFragments

ROWS_SECONDS = 0.1
COUNTERS_SECONDS = 0.25


class Window:
    """Dirt that waits for its paint. Times are seconds of a clock that never goes back."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._painted_at = float("-inf")
        self._dirt = DirtyFragments()
        self.first: int | None = None
        """The oldest position that waits: nobody has been shown everything up to it yet."""

    def add(self, dirt: DirtyFragments, pos: int) -> None:
        if not dirt:
            return
        self._dirt.merge(dirt)
        self.first = pos if self.first is None else min(pos, self.first)

    def due_in(self, now: float) -> float | None:
        """Seconds until the paint, 0 when it is due, None when nothing waits."""
        return None if self.first is None else max(0.0, self._painted_at + self._seconds - now)

    def take(self, now: float) -> tuple[DirtyFragments, int] | None:
        """What is due now and the position it waits since, else None."""
        if self.first is None or self.due_in(now):
            return None
        taken = (self._dirt, self.first)
        self._dirt, self.first, self._painted_at = DirtyFragments(), None, now
        return taken


def split(dirt: DirtyFragments) -> tuple[DirtyFragments, DirtyFragments]:
    """Rows and counters apart: figures are painted less often."""
    rows, counters = DirtyFragments(refetch=dirt.refetch), DirtyFragments()
    for name, subjects in dirt.subjects.items():
        (counters if FRAGMENTS[name].counter else rows).subjects[name] |= subjects
    return rows, counters
