"""How often the hellos of one socket are answered. Pure."""

PER_SECOND, BURST = 1.0, 5
"""Answers to one socket: so many a second, after so many at once."""


class Pace:
    """Tokens of one socket: each answer takes one, one a second comes back."""

    def __init__(self, moment: float) -> None:
        self._tokens, self._at = float(BURST), moment

    def due_in(self, moment: float) -> float:
        """Seconds until the next answer may be given; 0 now."""
        return max(0.0, (1 - self._filled(moment)) / PER_SECOND)

    def take(self, moment: float) -> None:
        self._tokens, self._at = self._filled(moment) - 1, moment

    def _filled(self, moment: float) -> float:
        return min(BURST, self._tokens + (moment - self._at) * PER_SECOND)
