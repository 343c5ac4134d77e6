"""Agents and work from the database as values for the engine, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from support_management.conditions.facts import of_dispute, of_ticket
from support_management.core.time import now
from support_management.disputes import load_units
from support_management.disputes.models import Dispute
from support_management.people import roles
from support_management.people.models import SupportProfile, User
from support_management.people.roles import Role
from support_management.people.skills.queries import levels_of
from support_management.routing.engine.ranking import Agent, Work
from support_management.routing.engine.skills import needs_of, next_relaxation
from support_management.routing.inputs import active_skill_rules, affinity
from support_management.routing.inputs.recent_owners import RecentOwners
from support_management.tickets.models import Ticket

_FIELDS = (
    "pk",
    "name",
    "username",
    "role",
    "is_active",
    "support_profile__status",
    "support_profile__capacity",
    "support_profile__ticket_capacity",
    "support_profile__dispute_capacity",
    "workload__load",
    "workload__ticket_load",
    "workload__dispute_load",
    "workload__last_assigned_at",
    "availability__available",
    "availability__why_not",
)
NO_WAITING = timedelta()


def read_tickets() -> QuerySet[Ticket]:
    """Tickets with the relations that `work_items` needs. Two queries."""
    return Ticket.objects.select_related("type", "requester", "assignee").prefetch_related("tags")


def read_disputes() -> QuerySet[Dispute]:
    """Disputes with the relations that `work_items` needs. One query."""
    return Dispute.objects.select_related("order", "raised_by", "assignee")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A piece of work with the row version that was read.

    `relaxed`: its requirements are lower than at first. `changes_at`: when time alone makes more agents eligible, by
    relaxation or the end of a cool-down.
    """

    work: Work
    version: int
    relaxed: bool = False
    changes_at: datetime | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.work.kind, self.work.id


def agents(ids: Iterable[int] | None = None) -> list[Agent]:
    """All agents except inactive ones; or these people, whatever their role and status. Three queries."""
    people = User.objects.filter(support_profile__isnull=False, workload__isnull=False, availability__isnull=False)
    if ids is None:
        people = people.filter(role__in=roles.AGENTS, is_active=True)
        people = people.exclude(support_profile__status=SupportProfile.Status.INACTIVE)
    else:
        people = people.filter(pk__in=list(ids))
    rows = list(people.order_by("pk").values(*_FIELDS))
    websites, levels = _websites(), levels_of()
    return [_agent(row, websites.get(row["pk"], frozenset()), levels.get(row["pk"], {})) for row in rows]


def work_items(rows: Sequence[Ticket | Dispute], *, since: Mapping[int, datetime] | None = None) -> list[WorkItem]:
    """Rows of one kind, read by `read_tickets` or `read_disputes`, as work for the engine.

    `since`: start of the waiting time by id, where it differs from the assignment history.
    """
    if not rows:
        return []
    kind = "ticket" if isinstance(rows[0], Ticket) else "dispute"
    reader = _READERS[kind]
    recent_owners, rules, moment = RecentOwners(kind, rows), active_skill_rules.active_rules(), now()
    knows, units = reader.knows(rows), reader.units()
    items = []
    for row in rows:
        began, facts = (since or {}).get(row.pk) or recent_owners.waiting_since(row), reader.facts(row)
        at_first = needs_of(facts, rules, waiting=NO_WAITING)
        needs = needs_of(facts, rules, waiting=moment - began) if at_first else ()
        relaxation = next_relaxation(facts, rules, waiting=moment - began) if needs else None
        work = Work(
            kind=kind,
            id=row.pk,
            units=units(row),
            website=row.website_id,
            priority=row.priority,
            due_at=row.next_due_at,
            created_at=row.created_at,
            needs=needs,
            knows=knows.get(row.pk, frozenset()),
            owner=row.assignee_id,
            avoid=recent_owners.avoid(row.pk),
        )
        relaxes_at = began + relaxation if relaxation else None
        changes = [at for at in (relaxes_at, recent_owners.cool_down_ends_at(row.pk)) if at is not None]
        items.append(WorkItem(work, row.version, needs != at_first, min(changes, default=None)))
    return items


def work(rows: Sequence[Ticket | Dispute]) -> list[Work]:
    """Rows of one kind as work, without version and times."""
    return [item.work for item in work_items(rows)]


@dataclass(frozen=True, slots=True)
class _Reader:
    """How rows of a kind become work. `units` is called once per batch and returns the units of a row."""

    facts: Callable
    knows: Callable
    units: Callable[[], Callable]


def _ticket_units() -> Callable[[Ticket], int]:
    return lambda row: row.owned_units


def _dispute_units() -> Callable[[Dispute], int]:
    units_by_priority = load_units.by_priority()
    return lambda row: units_by_priority[row.priority]


_READERS = {
    "ticket": _Reader(of_ticket, affinity.of_tickets, _ticket_units),
    "dispute": _Reader(of_dispute, affinity.of_disputes, _dispute_units),
}


def _agent(row: dict, websites: frozenset[int], levels: dict[int, int]) -> Agent:
    why_not = _ineligible_status(row) or (
        "" if row["availability__available"] else row["availability__why_not"] or "away"
    )
    return Agent(
        id=row["pk"],
        name=row["name"] or row["username"],
        available=not why_not,
        why_not=why_not,
        load=row["workload__load"],
        capacity=row["support_profile__capacity"],
        loads={"ticket": row["workload__ticket_load"], "dispute": row["workload__dispute_load"]},
        capacities={
            "ticket": row["support_profile__ticket_capacity"],
            "dispute": row["support_profile__dispute_capacity"],
        },
        skills=levels,
        websites=frozenset() if row["role"] == Role.LEAD else websites,
        last_assigned_at=row["workload__last_assigned_at"],
    )


def _ineligible_status(row: dict) -> str:
    if not row["is_active"] or row["role"] not in roles.AGENTS:
        return "inactive"
    status = row["support_profile__status"]
    return "" if status == SupportProfile.Status.ACTIVE else status


def _websites() -> dict[int, frozenset[int]]:
    served: dict[int, set[int]] = defaultdict(set)
    pairs = SupportProfile.websites.through.objects.values_list("supportprofile__user", "website")
    for user_id, website_id in pairs:
        served[user_id].add(website_id)
    return {user_id: frozenset(ids) for user_id, ids in served.items()}
