"""What is stored about agents, as facts for `state.py`: four statements, however many they are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from support_management.calendars import versions
from support_management.core.time import now
from support_management.people.availability import eyes
from support_management.people.availability.models import PlannedAbsence
from support_management.people.availability.state import UNSEEN, Facts, State, state_of
from support_management.people.models import SupportAvailability

_FIELDS = (
    *("pk", "user_id", "says", "since", "last_seen_at", "paused_at", "state", "state_since", "available", "why_not"),
    *("user__workload__last_activity", "user__support_profile__shift"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """An agent's row as it was read, and the state that follows from the facts."""

    pk: int
    user_id: int
    state_since: datetime
    before: State
    facts: Facts
    after: State

    @property
    def differs(self) -> bool:
        one, other = self.before, self.after
        return (one.state, one.available, one.why_not) != (other.state, other.available, other.why_not)


def known(user_ids: Iterable[int] | None = None) -> list[Known]:
    """These agents (None: all of them) in order of pk of their rows."""
    rows = SupportAvailability.objects.order_by("pk")
    if user_ids is not None:
        rows = rows.filter(user__in=set(user_ids))
    found, moment = list(rows.values_list(*_FIELDS)), now()
    if not found:
        return []
    absences = _running({row[1] for row in found}, moment)
    shifts = versions.hours_of_each(row[-1] for row in found if row[-1] is not None)
    since, patience = eyes.watching_since(moment), eyes.patience()
    made = []
    for pk, user_id, says, at, seen_at, paused_at, state, state_since, available, why_not, active, shift in found:
        facts = Facts(
            says=says,
            since=at,
            seen_at=max((sign for sign in (seen_at, active) if sign is not None), default=None),
            unseen_since=state_since if why_not == UNSEEN else None,
            paused=paused_at is not None,
            absences=tuple(absences[user_id]),
            shift=shifts[shift] if shift is not None else None,
        )
        after = state_of(facts, now=moment, watching_since=since, patience=patience)
        made.append(Known(pk, user_id, state_since, State(state, available, why_not), facts, after))
    return made


def _running(user_ids: set[int], moment: datetime) -> dict[int, list[tuple[datetime, datetime]]]:
    running = PlannedAbsence.objects.filter(user__in=user_ids, begins_at__lte=moment, ends_at__gt=moment)
    spans: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for user_id, begins_at, ends_at in running.values_list("user_id", "begins_at", "ends_at"):
        spans[user_id].append((begins_at, ends_at))
    return spans
