"""What owners hold, as the rules of leaving see it: a handful of queries for everybody."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from support_management.disputes.models import Dispute
from support_management.people import roles
from support_management.people.models import SupportProfile, User
from support_management.routing.engine.reassignment_policy import HeldWork, OwnerState
from support_management.routing.inputs import snapshot
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.tickets.models import Ticket, TicketMessage
from support_management.tickets.status import COUNTS_AS_LOAD

TicketOrDispute = Ticket | Dispute
Cause = ReassignmentLog.Cause
_SPOKEN = (TicketMessage.Kind.REPLY, TicketMessage.Kind.NOTE)


def suspects() -> list[OwnerState]:
    """Owners of open work of whom something may leave: not there, no agent any more, too much, or deadlines at risk."""
    holders, pressed = _holders()
    people = User.objects.filter(pk__in=holders).select_related("support_profile", "availability", "workload")
    found = [_owner(person) for person in people.order_by("pk")]
    return [one for one in found if _may_lose(one) or one.id in pressed]


def _may_lose(one: OwnerState) -> bool:
    return bool(one.standing) or one.state != "online" or one.load > one.capacity


def work_of(owners: Iterable[OwnerState]) -> tuple[list[Ticket], list[Dispute]]:
    """Their open work, read as cases are."""
    ids = [one.id for one in owners]
    tickets = snapshot.read_tickets().filter(assignee__in=ids, is_open=True)
    cases = snapshot.read_disputes().filter(assignee__in=ids, is_open=True)
    return list(tickets.order_by("pk")), list(cases.order_by("pk"))


def held(rows: Sequence[TicketOrDispute]) -> list[HeldWork]:
    """These rows of one kind, with what their history says."""
    if not rows:
        return []
    kind = "ticket" if isinstance(rows[0], Ticket) else "dispute"
    last = _last_hands(kind, rows)
    had = {row.pk: last[row.pk].at if row.pk in last else row.created_at for row in rows}
    touched, offered = _touched(kind, rows, had), _offered(kind, had)
    return [
        HeldWork(
            kind=kind,
            id=row.pk,
            units=row.units,
            loads=kind == "dispute" or row.status in COUNTS_AS_LOAD,
            due_at=row.next_due_at,
            due_state=row.due_state,
            had_at=had[row.pk],
            touched=row.pk in touched,
            above=row.pk in last and last[row.pk].above_capacity,
            offered=row.pk in offered or (row.pk in last and last[row.pk].cause == Cause.SLA_RISK),
        )
        for row in rows
    ]


def _holders() -> tuple[set[int], set[int]]:
    """Who has open work, and who of them has work at risk."""
    holders: set[int] = set()
    pressed: set[int] = set()
    for model in (Ticket, Dispute):
        owned = model._default_manager.filter(is_open=True, assignee__isnull=False).order_by()
        holders |= set(owned.values_list("assignee", flat=True).distinct())
        pressed |= set(owned.filter(due_state="at_risk").values_list("assignee", flat=True).distinct())
    return holders, pressed


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


def _last_hands(kind: str, rows: Sequence[TicketOrDispute]) -> dict[int, ReassignmentLog]:
    logs = ReassignmentLog.objects.filter(**{f"{kind}__in": [row.pk for row in rows]}).order_by()
    newest = logs.values(kind).annotate(last=Max("id")).values("last")
    found = ReassignmentLog.objects.filter(pk__in=newest)
    return {getattr(row, f"{kind}_id"): row for row in found}


def _touched(kind: str, rows: Sequence[TicketOrDispute], had: Mapping[int, datetime]) -> set[int]:
    """Rows whose owner has answered, noted or moved them on since they have them."""
    owner = {row.pk: row.assignee_id for row in rows}
    if kind == "dispute":
        return {row.pk for row in rows if row.status != "open"}
    spoken = TicketMessage.objects.filter(ticket__in=list(owner), kind__in=_SPOKEN).order_by()
    found = set()
    for pk, author_id, at in spoken.values_list("ticket", "author").annotate(last=Max("created_at")):
        if author_id == owner[pk] and at >= had[pk]:
            found.add(pk)
    return found


def _offered(kind: str, had: Mapping[int, datetime]) -> set[int]:
    """Work that nobody had a better place for, when others were asked since its owner has it."""
    asked = AssignmentDecision.objects.filter(outcome=AssignmentDecision.Outcome.KEPT, **{f"{kind}__in": list(had)})
    pairs = asked.order_by().values_list(kind).annotate(last=Max("at"))
    return {pk for pk, at in pairs if at > had[pk]}
