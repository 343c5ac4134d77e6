"""Breached targets one by one, each with its causes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Prefetch, QuerySet

from support_management.analytics import breach_causes, compliance
from support_management.analytics.periods import Period
from support_management.sla import queries
from support_management.sla.clock import elapsed
from support_management.sla.models import OrderDisputeSLA, SLAEvent

_CHUNK = 500
_RELATED = (
    "ticket__assignee",
    "ticket__type",
    "dispute__assignee",
    "dispute__order",
    "order",
    "payment__order",
    "policy",
    "completed_agent",
)


@dataclass(frozen=True, slots=True)
class Breach:
    """A breached clock, the open seconds beyond its target, and the causes. `address` is empty for orders."""

    clock: OrderDisputeSLA
    over_seconds: float
    causes: list[str]

    @property
    def number(self) -> str:
        return self.clock.order.reference if self.clock.order else self.clock.work.number

    @property
    def subject(self) -> str:
        if self.clock.ticket:
            return self.clock.ticket.subject
        if self.clock.dispute:
            return self.clock.dispute.get_reason_display()
        return self.clock.order.title if self.clock.order else self.clock.work.get_issue_type_display()

    @property
    def address(self) -> str:
        return "" if self.clock.order_id else self.clock.work.get_absolute_url()


def of(period: Period, *, by: str = "policy", key: int | str | None = None) -> QuerySet[OrderDisputeSLA]:
    """Breached clocks that ended in the period, optionally of the group with this `key`, in the order of their ends."""
    rows = compliance.ended_in(period).filter(state=OrderDisputeSLA.State.BREACHED)
    if key is not None:
        rows = compliance.of_group(rows, by, key)
    return rows.order_by("completed_at", "id")


def explained(rows: QuerySet[OrderDisputeSLA], *, limit: int | None = None) -> Iterator[Breach]:
    """Breaches with their causes, in chunks with a few queries each."""
    history = Prefetch("history", SLAEvent.objects.select_related("actor").order_by("id"), to_attr="events")
    complete = queries.with_work(rows).select_related(*_RELATED).prefetch_related(history)
    clocks = complete.iterator(chunk_size=_CHUNK) if limit is None else iter(complete[:limit])
    while chunk := list(islice(clocks, _CHUNK)):
        yield from _explained(chunk)


def _explained(clocks: Sequence[OrderDisputeSLA]) -> Iterator[Breach]:
    ended = (
        (clock.calendar_id, clock.served, clock.since, clock.completed_at or clock.since, clock.target_seconds)
        for clock in clocks
    )
    for clock, seconds in zip(clocks, elapsed.over_target(ended), strict=True):
        yield Breach(clock, seconds, breach_causes.causes(clock, clock.events, over_seconds=seconds))  # type: ignore[attr-defined]
