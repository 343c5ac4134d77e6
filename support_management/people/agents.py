"""Who can own work."""

from support_management.core.errors import Conflict
from support_management.people import roles
from support_management.people.models import SupportProfile, User, Website
from support_management.people.viewer import viewer_of


def require_can_own(person: User, *, website_id: int | None) -> None:
    """Conflict not_an_agent, not_active or not_served says why this person cannot own work of this website."""
    if person.role not in roles.AGENTS or not person.is_active:
        raise Conflict("not_an_agent", f"{person} cannot own work.")
    status = SupportProfile.objects.filter(user=person).values_list("status", flat=True).first()
    if status != SupportProfile.Status.ACTIVE:
        word = SupportProfile.Status(status).label.lower() if status else "not set up"
        raise Conflict("not_active", f"{person} is {word} and takes no work.")
    if not viewer_of(person).serves(website_id):
        raise Conflict("not_served", f"{person} does not serve {Website.objects.get(pk=website_id)}.")
