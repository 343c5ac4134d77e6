"""Lifetime totals of an agent: those of their dashboard, so that each has one value wherever it is read."""

from typing import Any


class LifetimeTotals:
    """The totals of `self.user`; zero for a person without a dashboard."""

    user: Any

    @property
    def tickets_handled(self) -> int:
        return self._total("tickets_handled")

    @property
    def disputes_handled(self) -> int:
        return self._total("disputes_handled")

    @property
    def orders_managed(self) -> int:
        return self._total("orders_managed")

    def _total(self, name: str) -> int:
        return getattr(getattr(self.user, "dashboard", None), name, 0)
