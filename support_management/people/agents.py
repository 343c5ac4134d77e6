"""Agents who can own work."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from support_management.core.errors import Conflict
from support_management.people import roles
from support_management.people.models import SupportProfile, User, Website
from support_management.people.roles import Role
from support_management.people.viewer import viewer_of


def require_can_own(person: User, *, website_id: int | None, by: User | None) -> None:
    """Conflict not_an_agent, not_active or not_served unless this person can own work of this website.

    The sentence names agents to leads only: an agent may not know who it is that cannot own this work.
    """
    if person.role not in roles.AGENTS or not person.is_active:
        raise Conflict("not_an_agent", "This person can't be assigned work.")
    name = str(person) if by is None or by.is_lead else "This agent"
    status = SupportProfile.objects.filter(user=person).values_list("status", flat=True).first()
    if status != SupportProfile.Status.ACTIVE:
        state = SupportProfile.Status(status).label.lower() if status else "not set up"
        raise Conflict("not_active", f"{name} is {state} and can't be assigned work.")
    if not viewer_of(person).serves(website_id):
        raise Conflict("not_served", f"{name} does not serve {Website.objects.get(pk=website_id)}.")


def can_own(person: User, *, website_id: int | None) -> bool:
    """`require_can_own` as a question."""
    try:
        require_can_own(person, website_id=website_id, by=None)
    except Conflict:
        return False
    return True


def owners() -> QuerySet[User]:
    """Agents who can own work of some website, by name, with profile (capacity), workload and availability."""
    rows = User.objects.filter(
        role__in=roles.AGENTS, is_active=True, support_profile__status=SupportProfile.Status.ACTIVE
    )
    return rows.select_related("support_profile", "workload", "availability").order_by("name", "pk")


def assignee_does_not_serve(website: str) -> Q:
    """Condition on work: its assignee serves other websites only. `website`: the path from the work to its website."""
    served = SupportProfile.websites.through.objects.filter(supportprofile__user=OuterRef("assignee"))
    elsewhere = Exists(served) & ~Exists(served.filter(website=OuterRef(website)))
    return Q(elsewhere, assignee__role=Role.SUPPORT, **{f"{website}__isnull": False})


def owners_of(website_id: int | None) -> QuerySet[User]:
    """Agents who can own work of this website, as in `require_can_own`."""
    if website_id is None:
        return owners()
    served = SupportProfile.websites.through.objects.filter(supportprofile__user=OuterRef("pk"))
    everywhere = Q(role=Role.LEAD) | ~Exists(served)
    return owners().filter(everywhere | Exists(served.filter(website=website_id)))
