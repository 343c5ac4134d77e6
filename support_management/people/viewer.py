"""The values that decide which work a person may see: small, comparable and hashable."""

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
        """Whether the person may see work of this website. Work without a website is visible to all."""
        return self.is_lead or website_id is None or not self.websites or website_id in self.websites


def viewer_of(user: User) -> Viewer:
    """The viewer of this person, cached on the user object. One query for agents, none for others."""
    viewer = getattr(user, "_viewer", None)
    if viewer is None:
        viewer = viewers_of([user])[user.pk]
        user._viewer = viewer  # type: ignore[attr-defined]
    return viewer


def viewers_of(users: Iterable[User]) -> dict[int, Viewer]:
    """Viewers by user id. At most one query."""
    people = list(users)
    served: dict[int, set[int]] = defaultdict(set)
    if agents := [user.pk for user in people if user.role == Role.SUPPORT]:
        pairs = SupportProfile.websites.through.objects.filter(supportprofile__user__in=agents)
        for user_id, website_id in pairs.values_list("supportprofile__user", "website"):
            served[user_id].add(website_id)
    return {user.pk: _viewer(user, frozenset(served.get(user.pk, ()))) for user in people}


def _viewer(user: User, websites: frozenset[int]) -> Viewer:
    return Viewer(user.pk, user.role, user.is_desk and user.is_active, user.is_lead and user.is_active, websites)
