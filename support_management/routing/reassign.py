"""Unresolved work of who is not there goes to who is."""

from collections.abc import Callable

from django.db.models import BooleanField, ExpressionWrapper, F, Q

from support_management.core.errors import DeskError
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.people import presence, roles
from support_management.people.models import SupportProfile, User
from support_management.people.viewer import viewer_of
from support_management.tickets import ownership
from support_management.tickets.models import Ticket
from support_management.tickets.queries import WORK_ORDER


def absent_owners() -> dict[int, str]:
    """Who holds open work and is not there, with the reason: suspended, inactive, no agent, away for long."""
    holders = {
        pk
        for model in (Ticket, Dispute)
        for pk in model._default_manager.filter(is_open=True, assignee__isnull=False)
        .order_by()
        .values_list("assignee", flat=True)
        .distinct()
    }
    people = (
        User.objects.filter(pk__in=holders).select_related("support_profile", "availability", "workload").order_by("pk")
    )
    reasons = ((person.pk, _why_absent(person)) for person in people.order_by("pk"))
    return {pk: why for pk, why in reasons if why}


def _why_absent(person: User) -> str:
    if not person.is_active:
        return "inactive"
    profile: SupportProfile | None = getattr(person, "support_profile", None)
    if person.role not in roles.AGENTS or profile is None:
        return "not an agent"
    if profile.status != SupportProfile.Status.ACTIVE:
        return profile.status
    return "away" if presence.is_away(person) else ""


def available_agents() -> list[User]:
    """Active agents who are there and have room: who was seen lately first, then the least loaded."""
    return list(
        User.objects.filter(is_active=True, role__in=roles.AGENTS)
        .filter(presence.is_there(), support_profile__status=SupportProfile.Status.ACTIVE)
        .filter(workload__load__lt=F("support_profile__capacity"))
        .select_related("support_profile", "workload")
        .annotate(never_seen=ExpressionWrapper(Q(availability__last_seen_at__isnull=True), BooleanField()))
        .order_by(
            "never_seen",
            F("workload__load") * 1.0 / F("support_profile__capacity"),
            F("workload__last_assigned_at").asc(nulls_first=True),
            "pk",
        )
    )


def move_work_of_absent() -> int:
    """Hand over what absent agents hold, in work order. Kept in place when nobody has room. How many moved."""
    moved = 0
    for owner_id, why in absent_owners().items():
        tickets = Ticket.objects.filter(assignee=owner_id, is_open=True).order_by(*WORK_ORDER)
        for ticket in tickets.only("pk", "version", "website"):
            give = _giver(ownership.assign, why, ticket=ticket.pk)
            moved += _offer(ticket.website_id, owner_id, give, ticket.version)
        disputes = Dispute.objects.filter(assignee=owner_id, is_open=True).order_by("next_due_at", "pk")
        for case in disputes.select_related("order"):
            give = _giver(lifecycle.assign, why, dispute=case.pk)
            moved += _offer(case.order.website_id, owner_id, give, case.version)
    return moved


def _giver(assign: Callable, why: str, **work) -> Callable:
    return lambda agent, version: assign(**work, to=agent, by=None, reason=why, version=version)


def _offer(website_id: int | None, owner_id: int, give: Callable, version: int) -> bool:
    for agent in available_agents():
        if agent.pk == owner_id or not viewer_of(agent).serves(website_id):
            continue
        try:
            give(agent, version)
        except DeskError:
            continue  # no room after all, or somebody else moved it meanwhile: the next one
        return True
    return False
