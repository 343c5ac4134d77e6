"""What is stored about agents, as facts for `state.py`: four statements, however many they are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from support_management.calendars import versions
from support_management.calendars.engine.business_time import BusinessHours
from support_management.core.time import now
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
    """An agent's row as it was read, and the state that follows from the facts."""

    pk: int
    user_id: int
    state_since: datetime
    before: AgentState
    facts: AgentSignals
    after: AgentState

    @property
    def differs(self) -> bool:
        one, other = self.before, self.after
        return (one.state, one.available, one.why_not) != (other.state, other.available, other.why_not)


def agent_snapshots(user_ids: Iterable[int] | None = None) -> list[AgentSnapshot]:
    """These agents (None: all of them) in order of pk of their rows."""
    rows = SupportAvailability.objects.order_by("pk")
    if user_ids is not None:
        rows = rows.filter(user__in=set(user_ids))
    found, moment = list(rows.values(*_FIELDS)), now()
    if not found:
        return []
    absences = _running({row["user_id"] for row in found}, moment)
    shifts = versions.hours_of_each(row[_SHIFT] for row in found if row[_SHIFT] is not None)
    since, patience = observation.watching_since(moment), observation.patience()

    def one(row: dict) -> AgentSnapshot:
        facts = _facts(row, absences, shifts)
        before = AgentState(row["state"], row["available"], row["why_not"])
        after = state_of(facts, now=moment, watching_since=since, patience=patience)
        return AgentSnapshot(row["pk"], row["user_id"], row["state_since"], before, facts, after)

    return [one(row) for row in found]


def _facts(row: dict, absences: dict[int, list[Span]], shifts: dict[int, BusinessHours]) -> AgentSignals:
    signs = [sign for sign in (row["last_seen_at"], row[_ACTIVE]) if sign is not None]
    return AgentSignals(
        says=row["says"],
        since=row["since"],
        seen_at=max(signs, default=None),
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
