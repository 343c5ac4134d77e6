"""What decides which work a person may see. Small, comparable, good as a key."""

from collections import defaultdict
from collections.abc import Iterable
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
        kept = viewers_of([user])[user.pk]
        user._viewer = kept  # type: ignore[attr-defined]
    return kept


def viewers_of(users: Iterable[User]) -> dict[int, Viewer]:
    """The same for many people, in one query at the most."""
    asked = list(users)
    served: dict[int, set[int]] = defaultdict(set)
    if agents := [user.pk for user in asked if user.role == Role.SUPPORT]:
        pairs = SupportProfile.websites.through.objects.filter(supportprofile__user__in=agents)
        for user_id, website_id in pairs.values_list("supportprofile__user", "website"):
            served[user_id].add(website_id)
    return {user.pk: _viewer(user, frozenset(served.get(user.pk, ()))) for user in asked}


def _viewer(user: User, websites: frozenset[int]) -> Viewer:
    return Viewer(user.pk, user.role, user.is_desk and user.is_active, user.is_lead and user.is_active, websites)
