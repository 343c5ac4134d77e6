"""What the rows of the demo hang on: people by name, sites, queues, promises, tags."""

from dataclasses import dataclass
from datetime import datetime

from support_management.conditions.matching import Facts
from support_management.core.priority import PRIORITY_RANKS
from support_management.management.demo.cast import AWAY, COLLEAGUES, DEMO, EDITOR, PAST, SITES
from support_management.management.demo.scenes import scenes
from support_management.people.models import User, Website
from support_management.sla.models import SLAPolicy, WorkKind
from support_management.sla.policy import matching
from support_management.tickets.models import Tag, TicketType

STAFF = (*DEMO, *COLLEAGUES, *AWAY, *PAST, EDITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The stage. `moment` is when the loading began: all times are counted back from it."""

    seed: int
    moment: datetime
    people: dict[str, User]
    sites: list[Website]
    types: dict[str, TicketType]
    promises: dict[tuple[str, int], SLAPolicy]
    tags: dict[str, Tag]


def read(seed: int, moment: datetime) -> Desk:
    """The stage as it stands in the database."""
    people = {user.username: user for user in User.objects.filter(username__in=[player.username for player in STAFF])}
    known = {site.name: site for site in Website.objects.all()}
    return Desk(
        seed=seed,
        moment=moment,
        people=people,
        sites=[known[name] for name, _ in SITES],
        types={row.slug: row for row in TicketType.objects.all()},
        promises=_promises(),
        tags={tag.name: tag for tag in Tag.objects.all()},
    )


def _promises() -> dict[tuple[str, int], SLAPolicy]:
    policies = matching.all_policies()
    found = {
        (kind, rank): matching.winner(Facts(kind=kind, priority=word), policies)
        for kind in WorkKind.values
        for word, rank in PRIORITY_RANKS.items()
    }
    return {key: policy for key, policy in found.items() if policy is not None}


def tag_words(types) -> list[str]:
    """Every tag that a story uses."""
    return sorted({tag for slug in types for scene in scenes(slug) for tag in scene.tags})
