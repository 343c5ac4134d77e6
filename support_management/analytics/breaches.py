"""Promises that were not kept, one by one, each with why."""

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
_WITH = (
    "ticket__assignee",
    "ticket__type",
    "dispute__assignee",
    "dispute__order",
    "order",
    "policy",
    "completed_agent",
)


@dataclass(frozen=True, slots=True)
class Breach:
    """`address` is empty for work that has no page."""

    clock: OrderDisputeSLA
    over_seconds: float
    causes: list[str]

    @property
    def number(self) -> str:
        if self.clock.order:
            return self.clock.order.reference
        work = self.clock.ticket or self.clock.dispute
        return work.number if work else ""

    @property
    def subject(self) -> str:
        if self.clock.ticket:
            return self.clock.ticket.subject
        if self.clock.dispute:
            return self.clock.dispute.get_reason_display()
        return self.clock.order.title if self.clock.order else ""

    @property
    def address(self) -> str:
        work = self.clock.ticket or self.clock.dispute
        return work.get_absolute_url() if work else ""


def of(period: Period, *, by: str = "policy", key: int | str | None = None) -> QuerySet[OrderDisputeSLA]:
    """Breached clocks that ended in the period, of one group when its `key` is given, in the order of their ends."""
    rows = compliance.ended_in(period).filter(state=OrderDisputeSLA.State.BREACHED)
    if key is not None:
        rows = compliance.of_group(rows, by, key)
    return rows.order_by("completed_at", "id")


def explained(rows: QuerySet[OrderDisputeSLA], *, limit: int | None = None) -> Iterator[Breach]:
    """Each with its causes, hundreds at a time; the same few statements for each of those."""
    history = SLAEvent.objects.select_related("actor").order_by("id")
    whole = (
        queries.with_work(rows).select_related(*_WITH).prefetch_related(Prefetch("history", history, to_attr="told"))
    )
    clocks = whole.iterator(chunk_size=_CHUNK) if limit is None else iter(whole[:limit])
    while some := list(islice(clocks, _CHUNK)):
        yield from _explained(some)


def _explained(clocks: Sequence[OrderDisputeSLA]) -> Iterator[Breach]:
    facts = (
        (row.calendar_id, row.served, row.since, row.completed_at or row.since, row.target_seconds) for row in clocks
    )
    for clock, seconds in zip(clocks, elapsed.over_target(facts), strict=True):
        yield Breach(clock, seconds, breach_causes.causes(clock, clock.told, over_seconds=seconds))  # type: ignore[attr-defined]
