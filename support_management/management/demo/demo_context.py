"""What the rows of the demo refer to: staff by username, websites, queues, policies, tags."""

from dataclasses import dataclass
from datetime import datetime

from support_management.conditions.matching import Facts
from support_management.core.priority import PRIORITY_RANKS
from support_management.management.demo.people.staff import AWAY, COLLEAGUES, EDITOR, PAST, SIGN_INS, SITES
from support_management.management.demo.scenes import scenes
from support_management.people.models import User, Website
from support_management.sla.models import SLAPolicy, WorkKind
from support_management.sla.policy import matching
from support_management.tickets.models import Tag, TicketType

STAFF = (*SIGN_INS, *COLLEAGUES, *AWAY, *PAST, EDITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoContext:
    """`moment` is when the loading began; all times are counted back from it."""

    seed: int
    moment: datetime
    people: dict[str, User]
    sites: list[Website]
    types: dict[str, TicketType]
    policies: dict[tuple[str, int], SLAPolicy]
    tags: dict[str, Tag]


def read_context(seed: int, moment: datetime) -> DemoContext:
    """The context, from what is in the database."""
    people = {user.username: user for user in User.objects.filter(username__in=[member.username for member in STAFF])}
    websites = {website.name: website for website in Website.objects.all()}
    return DemoContext(
        seed=seed,
        moment=moment,
        people=people,
        sites=[websites[name] for name, _ in SITES],
        types={row.slug: row for row in TicketType.objects.all()},
        policies=_policies(),
        tags={tag.name: tag for tag in Tag.objects.all()},
    )


def _policies() -> dict[tuple[str, int], SLAPolicy]:
    policies = matching.all_policies()
    by_work = {
        (kind, rank): matching.winner(Facts(kind=kind, priority=word), policies)
        for kind in WorkKind.values
        for word, rank in PRIORITY_RANKS.items()
    }
    return {key: policy for key, policy in by_work.items() if policy is not None}


def tag_words(types) -> list[str]:
    """Every tag that a scene uses."""
    return sorted({tag for slug in types for scene in scenes(slug) for tag in scene.tags})
