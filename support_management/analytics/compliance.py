"""SLA compliance: met ÷ (met + breached), of the clocks that ended in a period. Cancelled clocks do not count.

Breach minutes are the open time beyond the target of clocks that ended late. Clocks that are breached and still open
are a separate, current figure. The number of queries does not depend on the period or the number of clocks.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, NullIf

from support_management.analytics.periods import Period, PeriodStep
from support_management.core.priority import Priority
from support_management.people.models import User, Website
from support_management.sla.clock import elapsed
from support_management.sla.models import WORK_FIELDS, Metric, OrderDisputeSLA, SLAPolicy

State = OrderDisputeSLA.State
BY = {"policy": "Policy", "metric": "Metric", "priority": "Priority", "website": "Website", "agent": "Agent"}
_OWNER = Coalesce("ticket__assignee_id", "dispute__assignee_id", "payment__assignee_id")
_KEYS: dict[str, Any] = {
    "policy": F("policy_id"),
    "metric": F("metric"),
    "priority": Coalesce(*(f"{kind}__priority" for kind in WORK_FIELDS)),
    "website": Coalesce(
        "ticket__website_id", "dispute__order__website_id", "order__website_id", "payment__order__website_id"
    ),
    "agent": F("completed_agent_id"),
}
NONE = "none"
_NO_VALUE = {"website": "No website", "agent": "Unassigned"}
_PERSON = Coalesce(NullIf("name", Value("")), "username", output_field=CharField())
_NAMED: dict[str, Any] = {"policy": (SLAPolicy, "name"), "website": (Website, "name"), "agent": (User, _PERSON)}


@dataclass(slots=True)
class ComplianceTally:
    """Numbers of met and breached clocks, and the open seconds of breached ones beyond their targets."""

    met: int = 0
    breached: int = 0
    over_seconds: float = 0.0

    @property
    def n(self) -> int:
        return self.met + self.breached

    @property
    def percent(self) -> float | None:
        """Share of met clocks; None without clocks."""
        return round(100 * self.met / self.n, 1) if self.n else None

    @property
    def breach_minutes(self) -> int:
        return round(self.over_seconds / 60)

    def add(self, other: "ComplianceTally") -> None:
        self.met += other.met
        self.breached += other.breached
        self.over_seconds += other.over_seconds


@dataclass(slots=True)
class ComplianceGroup:
    """One policy, metric, priority, website or agent, in the period and in the one before."""

    key: int | str | None
    name: str
    tally: ComplianceTally = field(default_factory=ComplianceTally)
    before: ComplianceTally = field(default_factory=ComplianceTally)
    open_breached: int = 0

    @property
    def word(self) -> str:
        """Its key as written in a URL."""
        return NONE if self.key is None else str(self.key)


@dataclass(frozen=True, slots=True)
class Compliance:
    """Compliance of a period: in total, by step (`series`), by group, and by step and group (`cells`)."""

    period: Period
    by: str
    total: ComplianceTally
    before: ComplianceTally
    open_breached: int
    series: list[tuple[PeriodStep, ComplianceTally]]
    groups: list[ComplianceGroup]
    cells: list[tuple[PeriodStep, ComplianceGroup, ComplianceTally]]

    @property
    def change_points(self) -> float | None:
        """Change from the period before, in percentage points; None if either has no figure."""
        return points(self.total.percent, self.before.percent)

    @property
    def change(self) -> str | None:
        """Change from the period before as text with its sign; None if either has no figure."""
        return change(self.total.percent, self.before.percent)


def change(percent: float | None, before: float | None) -> str | None:
    """The difference of two percentages as text: +2.1, −0.4, 0. None if either is None."""
    difference = points(percent, before)
    if difference is None:
        return None
    sign = "+" if difference > 0 else "−" if difference < 0 else ""
    return f"{sign}{abs(difference):g}"


def points(percent: float | None, before: float | None) -> float | None:
    """The difference in percentage points; None if either is None."""
    return None if percent is None or before is None else round(percent - before, 1)


def of(period: Period, *, by: str, agent: User | None = None) -> Compliance:
    """Compliance of a period, grouped by a key of `BY`, in at most five queries.

    `agent` limits it to the clocks that this person completed, and to open ones of their work.
    """
    cells = _cells(period, by, agent)
    still_open = _still_open(by, agent)
    groups = _groups(cells, still_open, by)
    series = [ComplianceTally() for _ in period.steps]
    total, before = ComplianceTally(), ComplianceTally()
    for (step, _), tally in cells.items():
        (before if step < 0 else total).add(tally)
        if step >= 0:
            series[step].add(tally)
    rank = {group.key: index for index, group in enumerate(groups)}
    in_period = sorted((step, rank[key], key) for step, key in cells if step >= 0)
    return Compliance(
        period=period,
        by=by,
        total=total,
        before=before,
        open_breached=sum(still_open.values()),
        series=list(zip(period.steps, series, strict=True)),
        groups=groups,
        cells=[(period.steps[step], groups[index], cells[step, key]) for step, index, key in in_period],
    )


def ended_in(period: Period) -> QuerySet[OrderDisputeSLA]:
    """Met and breached clocks that ended in the period."""
    states = [State.MET, State.BREACHED]
    return OrderDisputeSLA.objects.filter(
        completed_at__gte=period.since, completed_at__lt=period.until, state__in=states
    )


def of_group(rows: QuerySet[OrderDisputeSLA], by: str, key: int | str) -> QuerySet[OrderDisputeSLA]:
    """The clocks of a group; the key "none" is the group without a website or agent."""
    keyed = rows.annotate(key=_KEYS[by])
    return keyed.filter(key__isnull=True) if key == NONE else keyed.filter(key=key)


def _cells(period: Period, by: str, agent: User | None) -> dict[tuple, ComplianceTally]:
    """Tallies by (step, key); the step of clocks that ended in the period before is -1."""
    span = Q(completed_at__gte=period.before().since, completed_at__lt=period.until)
    of_agent = Q() if agent is None else Q(completed_agent=agent)
    ended = OrderDisputeSLA.objects.filter(span, of_agent).annotate(key=_KEYS[by]).order_by()
    tallies: dict[tuple, ComplianceTally] = defaultdict(ComplianceTally)
    # Steps are compared by their first instants, so days of any zone work the same on every database.
    counted = ended.filter(state__in=[State.MET, State.BREACHED]).annotate(step=_step_of(period))
    for row in counted.values("step", "key", "state").annotate(n=Count("pk")):
        tally = tallies[row["step"], row["key"]]
        if row["state"] == State.MET:
            tally.met += row["n"]
        else:
            tally.breached += row["n"]
    for step, key, seconds in _late(period, ended):
        tallies[step, key].over_seconds += seconds
    return tallies


def _late(period: Period, ended: Any) -> Iterator[tuple[int, Any, float]]:
    """(step, key, seconds beyond the target) of each breached clock."""
    late = list(
        ended.filter(state=State.BREACHED).values_list(
            "key", "calendar", "served", "since", "completed_at", "target_seconds"
        )
    )
    for row, seconds in zip(late, elapsed.over_target(row[1:] for row in late) if late else (), strict=True):
        yield period.step_at(row[4]), row[0], seconds


def _step_of(period: Period) -> Any:
    """A binary search as nested CASE: seven comparisons per row find one of a hundred steps."""
    return _between(period.bounds, -1, len(period.bounds) - 1)


def _between(bounds: list[datetime], first: int, last: int) -> Any:
    if first == last:
        return Value(first, output_field=IntegerField())
    middle = (first + last + 1) // 2
    earlier = When(completed_at__lt=bounds[middle], then=_between(bounds, first, middle - 1))
    return Case(earlier, default=_between(bounds, middle, last), output_field=IntegerField())


def _still_open(by: str, agent: User | None) -> dict[Any, int]:
    """Breached clocks that are open now, by key. An agent's are those of the work assigned to them."""
    of_agent = Q() if agent is None else Q(ticket__assignee=agent) | Q(dispute__assignee=agent)
    of_agent |= Q() if agent is None else Q(payment__assignee=agent)
    late = OrderDisputeSLA.objects.filter(of_agent, is_open=True, state=State.BREACHED)
    rows = late.annotate(key=_OWNER if by == "agent" else _KEYS[by]).order_by().values_list("key")
    return dict(rows.annotate(n=Count("pk")))


def _groups(cells: dict[tuple, ComplianceTally], still_open: dict[Any, int], by: str) -> list[ComplianceGroup]:
    """The groups with the most clocks first, then by name."""
    keys = {key for _, key in cells} | set(still_open)
    names = _names(by, keys)
    groups = {key: ComplianceGroup(key=key, name=names[key], open_breached=still_open.get(key, 0)) for key in keys}
    for (step, key), tally in cells.items():
        (groups[key].before if step < 0 else groups[key].tally).add(tally)
    return sorted(groups.values(), key=lambda group: (-group.tally.n, group.name, str(group.key)))


def _names(by: str, keys: set) -> dict[Any, str]:
    if by == "metric":
        return {key: str(Metric(key).label) for key in keys}
    if by == "priority":
        return {key: str(Priority(key).label) for key in keys}
    model, name = _NAMED[by]
    names = dict(model.objects.filter(pk__in=keys - {None}).values_list("pk", name)) if keys - {None} else {}
    return {key: names.get(key) or _NO_VALUE.get(by, "None") for key in keys}
