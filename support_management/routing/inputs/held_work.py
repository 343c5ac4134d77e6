"""Owners and their open work as values for `reassignment_policy`, in a fixed number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from support_management.core.time import is_ahead
from support_management.disputes.models import Dispute
from support_management.people import roles
from support_management.people.models import SupportProfile, User
from support_management.routing.engine.reassignment_policy import HeldWork, OwnerState
from support_management.routing.inputs import attention, snapshot
from support_management.routing.inputs.owner_activity import OwnerActivity
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.tickets.models import Ticket
from support_management.tickets.status import COUNTS_AS_LOAD

TicketOrDispute = Ticket | Dispute
Cause = ReassignmentLog.Cause


def owners_to_check() -> list[OwnerState]:
    """Owners whose work may be reassigned: absent, no longer agents, over capacity, or with work at SLA risk."""
    owner_ids, at_risk_ids = _owner_ids()
    people = User.objects.filter(pk__in=owner_ids).select_related("support_profile", "availability", "workload")
    owners = [_owner(person) for person in people.order_by("pk")]
    return [owner for owner in owners if _may_lose(owner) or owner.id in at_risk_ids]


def _may_lose(owner: OwnerState) -> bool:
    return bool(owner.standing) or owner.state != "online" or owner.load > owner.capacity


def open_work_of(owners: Iterable[OwnerState]) -> tuple[list[Ticket], list[Dispute]]:
    """Open tickets and disputes of these owners, read as `snapshot.work_items` needs them."""
    ids = [owner.id for owner in owners]
    tickets = snapshot.read_tickets().filter(assignee__in=ids, is_open=True)
    disputes = snapshot.read_disputes().filter(assignee__in=ids, is_open=True)
    return list(tickets.order_by("pk")), list(disputes.order_by("pk"))


def describe(rows: Sequence[TicketOrDispute]) -> list[HeldWork]:
    """Rows of one kind with their assignment history."""
    if not rows:
        return []
    kind = "ticket" if isinstance(rows[0], Ticket) else "dispute"
    last, seen = _last_changes(kind, rows), attention.of_owners(kind, rows)
    had = {row.pk: last[row.pk].at if row.pk in last else row.created_at for row in rows}
    activity, offered = OwnerActivity(kind, rows, seen), _offered(kind, had)

    def held(row: TicketOrDispute) -> HeldWork:
        log, had_at = last.get(row.pk), had[row.pk]
        set_back = is_ahead(had_at)  # then the work is not kept for its owner until the clock is there again
        by_hand = log is not None and _by_hand(log)
        return HeldWork(
            kind=kind,
            id=row.pk,
            units=row.units,
            loads=kind == "dispute" or row.status in COUNTS_AS_LOAD,
            due_at=row.next_due_at,
            due_state=row.due_state,
            had_at=had_at,
            touched=activity.touched(row.pk, since=had_at),
            above=log is not None and log.above_capacity,
            offered=row.pk in offered or (log is not None and log.cause == Cause.SLA_RISK),
            active=row.pk in seen and seen[row.pk].active,
            given_at=had_at if by_hand and not set_back else None,
            stays_until=None if set_back else activity.stays_until(row.pk, since=had_at),
        )

    return [held(row) for row in rows]


def _by_hand(log: ReassignmentLog) -> bool:
    """Taken or given by a person, an admin's rule or a write past the rules: whoever did it chose this owner."""
    return log.by_id is not None or log.cause in (Cause.RULE, Cause.WRITTEN)


def _owner_ids() -> tuple[set[int], set[int]]:
    """Ids of owners of open work, and of those who have work at SLA risk."""
    owner_ids: set[int] = set()
    at_risk_ids: set[int] = set()
    for model in (Ticket, Dispute):
        owned = model._default_manager.filter(is_open=True, assignee__isnull=False).order_by()
        owner_ids |= set(owned.values_list("assignee", flat=True).distinct())
        at_risk_ids |= set(owned.filter(due_state="at_risk").values_list("assignee", flat=True).distinct())
    return owner_ids, at_risk_ids


def _owner(person: User) -> OwnerState:
    availability = getattr(person, "availability", None)
    profile, workload = getattr(person, "support_profile", None), getattr(person, "workload", None)
    return OwnerState(
        id=person.pk,
        name=str(person),
        standing=_standing(person, profile),
        state=availability.state if availability else "offline",
        since=availability.state_since if availability else person.date_joined,
        why_not=availability.why_not if availability else "offline",
        load=workload.load if workload else 0,
        capacity=profile.capacity if profile else 0,
    )


def _standing(person: User, profile: SupportProfile | None) -> str:
    if not person.is_active:
        return "inactive"
    if person.role not in roles.AGENTS or profile is None:
        return "not an agent"
    return "" if profile.status == SupportProfile.Status.ACTIVE else profile.status


def _last_changes(kind: str, rows: Sequence[TicketOrDispute]) -> dict[int, ReassignmentLog]:
    logs = ReassignmentLog.objects.filter(**{f"{kind}__in": [row.pk for row in rows]}).order_by()
    newest = logs.values(kind).annotate(last=Max("id")).values("last")
    return {getattr(log, f"{kind}_id"): log for log in ReassignmentLog.objects.filter(pk__in=newest)}


def _offered(kind: str, had: Mapping[int, datetime]) -> set[int]:
    """Ids of work that was kept by a reassignment decision since the owner got it."""
    kept = AssignmentDecision.objects.filter(outcome=AssignmentDecision.Outcome.KEPT, **{f"{kind}__in": list(had)})
    pairs = kept.order_by().values_list(kind).annotate(last=Max("at"))
    return {pk for pk, at in pairs if at > had[pk]}
