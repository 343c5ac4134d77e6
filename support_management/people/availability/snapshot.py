"""Stored data of agents as inputs for `state.py`: four queries for any number of agents."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from support_management.calendars import versions
from support_management.calendars.engine.business_time import BusinessHours
from support_management.core.time import is_ahead, now
from support_management.people.availability import observation
from support_management.people.availability.models import PlannedAbsence
from support_management.people.availability.state import UNSEEN, AgentSignals, AgentState, state_of
from support_management.people.models import SupportAvailability

_ACTIVE, _SHIFT = "user__workload__last_activity", "user__support_profile__shift"
_FIELDS = (
    "pk",
    "user_id",
    "says",
    "since",
    "last_seen_at",
    "paused_at",
    "state",
    "state_since",
    "available",
    "why_not",
    _ACTIVE,
    _SHIFT,
)


type Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class AgentSnapshot:
    """An agent's row as it was read (`before`), and the state that follows from the signals (`after`)."""

    pk: int
    user_id: int
    state_since: datetime
    before: AgentState
    signals: AgentSignals
    after: AgentState

    @property
    def differs(self) -> bool:
        before, after = self.before, self.after
        return (before.state, before.available, before.why_not) != (after.state, after.available, after.why_not)

    @property
    def is_ahead(self) -> bool:
        """Whether they seem to have been seen, or to have changed, in the future: the clock was set back since."""
        instants = (self.state_since, self.signals.since, self.signals.seen_at)
        return any(at is not None and is_ahead(at) for at in instants)


def agent_snapshots(user_ids: Iterable[int] | None = None) -> list[AgentSnapshot]:
    """Snapshots of these agents (None: all), in order of pk of their rows."""
    rows = SupportAvailability.objects.order_by("pk")
    if user_ids is not None:
        rows = rows.filter(user__in=set(user_ids))
    records, moment = list(rows.values(*_FIELDS)), now()
    if not records:
        return []
    absences = _running({row["user_id"] for row in records}, moment)
    shifts = versions.hours_of_each(row[_SHIFT] for row in records if row[_SHIFT] is not None)
    since, patience = observation.watching_since(moment), observation.patience()

    def snapshot(row: dict) -> AgentSnapshot:
        signals = _signals(row, absences, shifts)
        before = AgentState(row["state"], row["available"], row["why_not"])
        after = state_of(signals, now=moment, watching_since=since, patience=patience)
        return AgentSnapshot(row["pk"], row["user_id"], row["state_since"], before, signals, after)

    return [snapshot(row) for row in records]


def _signals(row: dict, absences: dict[int, list[Span]], shifts: dict[int, BusinessHours]) -> AgentSignals:
    seen = [at for at in (row["last_seen_at"], row[_ACTIVE]) if at is not None]
    return AgentSignals(
        says=row["says"],
        since=row["since"],
        seen_at=max(seen, default=None),
        unseen_since=row["state_since"] if row["why_not"] == UNSEEN else None,
        paused=row["paused_at"] is not None,
        absences=tuple(absences[row["user_id"]]),
        shift=shifts[row[_SHIFT]] if row[_SHIFT] is not None else None,
    )


def _running(user_ids: set[int], moment: datetime) -> dict[int, list[Span]]:
    running = PlannedAbsence.objects.filter(user__in=user_ids, begins_at__lte=moment, ends_at__gt=moment)
    spans: dict[int, list[Span]] = defaultdict(list)
    for user_id, begins_at, ends_at in running.values_list("user_id", "begins_at", "ends_at"):
        spans[user_id].append((begins_at, ends_at))
    return spans
