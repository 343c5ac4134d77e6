"""What decides which work a person may see. Small, comparable, good as a key."""

from dataclasses import dataclass

from support_management.people.models import SupportProfile, User
from support_management.people.roles import Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person as the visibility rules see them. `websites` empty means all."""

    id: int
    role: str
    is_desk: bool
    is_lead: bool
    websites: frozenset[int] = frozenset()

    def serves(self, website_id: int | None) -> bool:
        """Work without a website is everybody's."""
        return self.is_lead or website_id is None or not self.websites or website_id in self.websites


def viewer_of(user: User) -> Viewer:
    """One query for agents, none for others; kept on the user object."""
    kept = getattr(user, "_viewer", None)
    if kept is None:
        websites: frozenset[int] = frozenset()
        if user.role == Role.SUPPORT:
            served = SupportProfile.websites.through.objects.filter(supportprofile__user_id=user.pk)
            websites = frozenset(served.values_list("website_id", flat=True))
        kept = Viewer(user.pk, user.role, user.is_desk and user.is_active, user.is_lead and user.is_active, websites)
        user._viewer = kept  # type: ignore[attr-defined]
    return kept
