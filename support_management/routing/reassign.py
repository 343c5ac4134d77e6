"""Unresolved work of who is not there goes to who is."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q

from support_management.core.errors import DeskError
from support_management.core.time import now
from support_management.disputes.lifecycle import assign as assign_dispute
from support_management.disputes.models import Dispute
from support_management.people.models import SupportProfile, User
from support_management.people.viewer import viewer_of
from support_management.tickets import ownership
from support_management.tickets.models import Ticket
from support_management.tickets.queries import WORK_ORDER


def absent_agents() -> dict[int, str]:
    """Agents whose work should move, with the reason: suspended, inactive, or away for long."""
    limit = now() - timedelta(minutes=settings.ABSENT_MINUTES)
    gone = {}
    for profile in SupportProfile.objects.select_related("user", "user__availability"):
        says, since = profile.user.availability.says, profile.user.availability.since
        if profile.status != "active" or not profile.user.is_active:
            gone[profile.user_id] = profile.status if profile.status != "active" else "inactive"
        elif says != "online" and since < limit:
            gone[profile.user_id] = "away"
    return gone


def available_agents() -> list[User]:
    """Active agents who say they are online and have room, the least loaded first."""
    return list(
        User.objects.filter(is_active=True, support_profile__status="active", availability__says="online")
        .filter(workload__load__lt=F("support_profile__capacity"))
        .select_related("support_profile", "workload")
        .order_by(F("workload__load") * 1.0 / F("support_profile__capacity"), "workload__last_assigned_at", "pk")
    )


def move_work_of_absent() -> int:
    """Hand over what absent agents hold, in work order. Kept in place when nobody has room. How many moved."""
    moved = 0
    for agent_id, why in absent_agents().items():
        waiting = Q(assignee=agent_id, is_open=True)
        for pk in Ticket.objects.filter(waiting).order_by(*WORK_ORDER).values_list("pk", flat=True):
            moved += _offer_ticket(pk, why)
        for pk in Dispute.objects.filter(waiting).order_by("next_due_at").values_list("pk", flat=True):
            moved += _offer_dispute(pk, why)
    return moved


def _offer_ticket(pk: int, why: str) -> bool:
    ticket = Ticket.objects.get(pk=pk)
    for agent in available_agents():
        if agent.pk == ticket.assignee_id or not viewer_of(agent).serves(ticket.website_id):
            continue
        try:
            ownership.assign(ticket=pk, to=agent, by=None, reason=why)
            return True
        except DeskError:
            continue  # no room after all, or somebody else moved it: the next one
    return False


def _offer_dispute(pk: int, why: str) -> bool:
    dispute = Dispute.objects.select_related("order").get(pk=pk)
    for agent in available_agents():
        if agent.pk == dispute.assignee_id or not viewer_of(agent).serves(dispute.order.website_id):
            continue
        try:
            assign_dispute(dispute=pk, to=agent, by=None)
            return True
        except DeskError:
            continue
    return False
