"""Agents and work as routing's values, read from the database: a handful of queries, however many there are."""

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
from support_management.routing.inputs import affinity, skill_rules
from support_management.routing.inputs.recent_owners import RecentOwners
from support_management.tickets.models import Ticket

_FACTS = (
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
NOTHING = timedelta()


def read_tickets() -> QuerySet[Ticket]:
    """Tickets with what makes them cases: two queries."""
    return Ticket.objects.select_related("type", "requester", "assignee").prefetch_related("tags")


def read_disputes() -> QuerySet[Dispute]:
    """The same of disputes."""
    return Dispute.objects.select_related("order", "raised_by", "assignee")


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A piece of work, the version it was read in, and when time alone lets others take it.

    `relaxed`: it asks for less than when it began to wait.
    """

    work: Work
    version: int
    relaxed: bool = False
    changes_at: datetime | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.work.kind, self.work.id


def agents(ids: Iterable[int] | None = None) -> list[Agent]:
    """Everybody who works at the desk; or these people, whatever they are now. Three queries."""
    people = User.objects.filter(support_profile__isnull=False, workload__isnull=False, availability__isnull=False)
    if ids is None:
        people = people.filter(role__in=roles.AGENTS, is_active=True)
        people = people.exclude(support_profile__status=SupportProfile.Status.INACTIVE)
    else:
        people = people.filter(pk__in=list(ids))
    rows = list(people.order_by("pk").values(*_FACTS))
    websites, levels = _websites(), levels_of()
    return [_agent(row, websites.get(row["pk"], frozenset()), levels.get(row["pk"], {})) for row in rows]


def cases(rows: Sequence[Ticket | Dispute], *, since: Mapping[int, datetime] | None = None) -> list[WorkItem]:
    """Work of one kind, read by `read_tickets` or `read_disputes`.

    `since`: when each began to wait, where the caller knows better than its history does.
    """
    if not rows:
        return []
    kind = "ticket" if isinstance(rows[0], Ticket) else "dispute"
    read = _READS[kind]
    hands, asked, moment = RecentOwners(kind, rows), skill_rules.asked(), now()
    knows, units = read.knows(rows), read.units()
    found = []
    for row in rows:
        began, facts = (since or {}).get(row.pk) or hands.waiting_since(row), read.facts(row)
        at_first = needs_of(facts, asked, waiting=NOTHING)
        needs = needs_of(facts, asked, waiting=moment - began) if at_first else ()
        less = next_relaxation(facts, asked, waiting=moment - began) if needs else None
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
            avoid=hands.avoid(row.pk),
        )
        moments = [at for at in (began + less if less else None, hands.cooled(row.pk)) if at is not None]
        found.append(WorkItem(work, row.version, needs != at_first, min(moments, default=None)))
    return found


def work(rows: Sequence[Ticket | Dispute]) -> list[Work]:
    """The same without what changing it needs."""
    return [case.work for case in cases(rows)]


@dataclass(frozen=True, slots=True)
class _Reader:
    """How rows of a kind become work. `units` is asked once for all of them."""

    facts: Callable
    knows: Callable
    units: Callable[[], Callable]


def _ticket_units() -> Callable[[Ticket], int]:
    return lambda row: row.owned_units


def _dispute_units() -> Callable[[Dispute], int]:
    known = load_units.by_priority()
    return lambda row: known[row.priority]


_READS = {
    "ticket": _Reader(of_ticket, affinity.of_tickets, _ticket_units),
    "dispute": _Reader(of_dispute, affinity.of_disputes, _dispute_units),
}


def _agent(row: dict, websites: frozenset[int], levels: dict[int, int]) -> Agent:
    why_not = _standing(row) or ("" if row["availability__available"] else row["availability__why_not"] or "away")
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


def _standing(row: dict) -> str:
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
