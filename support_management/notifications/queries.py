"""What a person was told: how much of it they have not seen, and by which piece of work."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, Max, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from support_management.core.keyset import IntegerPart, Keyset
from support_management.notifications.models import SupportNotification
from support_management.people.models import User

WINDOW = 20
"""Pieces of work on a page."""
LINES = 3
"""Notices shown of each; earlier ones are counted."""
KEYSET = Keyset[int](IntegerPart(lowest=1, highest=10**18, width=18, descending=True))
"""By the newest notice of a piece of work."""


@dataclass(frozen=True, slots=True)
class NotificationGroup:
    """What was told about one piece of work, newest first. Notices about nothing in particular are one as well."""

    newest: SupportNotification
    lines: tuple[SupportNotification, ...]
    total: int
    unread: int

    @property
    def earlier(self) -> int:
        return self.total - len(self.lines)

    @property
    def order_key(self) -> str:
        """The newest comes first."""
        return KEYSET.encode(self.newest.pk)

    @property
    def slug(self) -> str:
        return slug_of(self.newest.about_kind, self.newest.about_id)


def slug_of(kind: str, pk: int | None) -> str:
    """Names a piece of work within a page: `ticket-12`; `desk` for what is about none."""
    return f"{kind}-{pk}" if kind else "desk"


def of(person: User) -> QuerySet[SupportNotification]:
    """What the person was told in the bell."""
    return SupportNotification.objects.filter(recipient=person, on_bell=True).select_related("recipient")


def unseen(person_id: int) -> int:
    """The number at the bell."""
    return SupportNotification.objects.filter(recipient=person_id, on_bell=True, seen_at=None).count()


def unseen_of(people: set[int]) -> dict[int, int]:
    """The same for several people at once."""
    rows = SupportNotification.objects.filter(recipient__in=people, on_bell=True, seen_at=None)
    counts = dict(rows.order_by().values_list("recipient").annotate(Count("pk")))
    return {pk: counts.get(pk, 0) for pk in people}


def works(person_id: int, *, after: int | None = None, window: int = WINDOW) -> list[NotificationGroup]:
    """Pieces of work by their newest notice, from `after` (a notice's key) on. Two statements."""
    told = SupportNotification.objects.filter(recipient=person_id, on_bell=True)
    heads = (
        told.order_by()
        .values("about_kind", "about_id")
        .annotate(newest=Max("pk"), total=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
        .order_by("-newest")
    )
    if after is not None:
        heads = heads.filter(newest__lt=after)
    shown = list(heads[:window])
    if not shown:
        return []
    lines = _lines(told, {(head["about_kind"], head["about_id"]) for head in shown})
    return [_work(head, lines) for head in shown if lines[head["about_kind"], head["about_id"]]]


def newest_and_unread(person_id: int) -> tuple[int, int]:
    """The newest notice, 0 without any, and how many the person has not read."""
    told = SupportNotification.objects.filter(recipient=person_id, on_bell=True).order_by()
    facts = told.aggregate(newest=Max("pk"), unread=Count("pk", filter=Q(read_at=None)))
    return facts["newest"] or 0, facts["unread"]


def total_works(person_id: int) -> int:
    """How many pieces of work there are in all."""
    told = SupportNotification.objects.filter(recipient=person_id, on_bell=True)
    return told.order_by().values("about_kind", "about_id").distinct().count()


def _work(head: dict, lines: dict) -> NotificationGroup:
    its = tuple(lines[head["about_kind"], head["about_id"]])
    return NotificationGroup(newest=its[0], lines=its, total=max(head["total"], len(its)), unread=head["unread"])


def _lines(told: QuerySet[SupportNotification], works: set[tuple]) -> dict[tuple, list[SupportNotification]]:
    chosen = Q(about_kind="", about_id=None) if ("", None) in works else Q()
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in works:
        if kind:
            by_kind[kind].append(pk)
    for kind, ids in by_kind.items():
        chosen |= Q(about_kind=kind, about_id__in=ids)
    ranked = told.filter(chosen).annotate(
        rank=Window(RowNumber(), partition_by=[F("about_kind"), F("about_id")], order_by=F("pk").desc())
    )
    found: dict[tuple, list[SupportNotification]] = defaultdict(list)
    for row in ranked.filter(rank__lte=LINES).order_by("-pk"):
        found[row.about_kind, row.about_id].append(row)
    return found
