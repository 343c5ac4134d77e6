"""Queries on a person's notifications: unseen counts, and groups by the work they are about."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import BigIntegerField, Count, F, Max, Q, QuerySet, Value, Window
from django.db.models.functions import RowNumber

from support_management.core.keyset import IntegerPart, Keyset
from support_management.notifications.kinds import MARKS
from support_management.notifications.models import SupportNotification
from support_management.people.models import User

WINDOW = 20
"""Groups per page."""
MARKED = 200
"""Tickets marked as unread at most."""
LINES = 3
"""Notifications shown per group; earlier ones are counted."""
KEYSET = Keyset[int](IntegerPart(lowest=1, highest=10**18, width=18, descending=True))
"""Groups are keyed by their newest notification."""


@dataclass(frozen=True, slots=True)
class NotificationGroup:
    """Notifications about one piece of work, newest first; those without work form one group, too."""

    newest: SupportNotification
    lines: tuple[SupportNotification, ...]
    total: int
    unread: int

    @property
    def earlier(self) -> int:
        return self.total - len(self.lines)

    @property
    def order_key(self) -> str:
        """Sorts groups as text, the newest notification first."""
        return KEYSET.encode(self.newest.pk)

    @property
    def slug(self) -> str:
        return slug_of(self.newest.about_kind, self.newest.about_id)


@dataclass(frozen=True, slots=True)
class BellState:
    """Unseen notifications, and the keys of tickets that are unread, the latest first."""

    unseen: int
    marked: tuple[int, ...]


def slug_of(kind: str, pk: int | None) -> str:
    """Identifier of a group within a page: `ticket-12`; `desk` for notifications without work."""
    return f"{kind}-{pk}" if kind else "desk"


def of(person: User) -> QuerySet[SupportNotification]:
    """The person's notifications in the bell."""
    return SupportNotification.objects.filter(recipient=person, on_bell=True).select_related("recipient")


def unseen(person_id: int) -> int:
    """The number of unseen notifications, shown at the bell."""
    return SupportNotification.objects.filter(recipient=person_id, on_bell=True, seen_at=None).count()


def bell_states(people: Iterable[int]) -> dict[int, BellState]:
    """What the bells of these people show, in one query."""
    rows = SupportNotification.objects.filter(recipient__in=set(people), on_bell=True).order_by()
    unseen_rows = rows.filter(seen_at=None).values("recipient", key=Value(0, BigIntegerField())).annotate(n=Count("pk"))
    unread = rows.filter(read_at=None, about_kind="ticket", kind__in=MARKS)
    marks = unread.values("recipient", key=F("about_id")).annotate(n=Max("pk"))
    counts: dict[int, int] = {}
    marked: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for person_id, key, number in unseen_rows.union(marks, all=True).values_list("recipient", "key", "n"):
        if key:
            marked[person_id].append((-number, key))
        else:
            counts[person_id] = number
    return {
        pk: BellState(counts.get(pk, 0), tuple(key for _, key in sorted(marked[pk])[:MARKED])) for pk in set(people)
    }


def has_unread(person_id: int, kind: str, pk: int) -> bool:
    """Whether the person has unread notifications about this work."""
    rows = SupportNotification.objects.filter(recipient=person_id, about_kind=kind, about_id=pk)
    return rows.filter(on_bell=True, read_at=None).exists()


def works(person_id: int, *, after: int | None = None, window: int = WINDOW) -> list[NotificationGroup]:
    """Groups in order of their newest notification, below the id `after`. Two queries."""
    rows = SupportNotification.objects.filter(recipient=person_id, on_bell=True)
    heads = (
        rows.order_by()
        .values("about_kind", "about_id")
        .annotate(newest=Max("pk"), total=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
        .order_by("-newest")
    )
    if after is not None:
        heads = heads.filter(newest__lt=after)
    page = list(heads[:window])
    if not page:
        return []
    lines = _lines(rows, {(head["about_kind"], head["about_id"]) for head in page})
    return [_group(head, lines) for head in page if lines[head["about_kind"], head["about_id"]]]


def newest_and_unread(person_id: int) -> tuple[int, int]:
    """The id of the newest notification (0 without any) and the number of unread ones."""
    rows = SupportNotification.objects.filter(recipient=person_id, on_bell=True).order_by()
    totals = rows.aggregate(newest=Max("pk"), unread=Count("pk", filter=Q(read_at=None)))
    return totals["newest"] or 0, totals["unread"]


def total_works(person_id: int) -> int:
    """The number of groups."""
    rows = SupportNotification.objects.filter(recipient=person_id, on_bell=True)
    return rows.order_by().values("about_kind", "about_id").distinct().count()


def _group(head: dict, lines: dict) -> NotificationGroup:
    rows = tuple(lines[head["about_kind"], head["about_id"]])
    return NotificationGroup(newest=rows[0], lines=rows, total=max(head["total"], len(rows)), unread=head["unread"])


def _lines(rows: QuerySet[SupportNotification], works: set[tuple]) -> dict[tuple, list[SupportNotification]]:
    about_works = Q(about_kind="", about_id=None) if ("", None) in works else Q()
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, pk in works:
        if kind:
            by_kind[kind].append(pk)
    for kind, ids in by_kind.items():
        about_works |= Q(about_kind=kind, about_id__in=ids)
    ranked = rows.filter(about_works).annotate(
        rank=Window(RowNumber(), partition_by=[F("about_kind"), F("about_id")], order_by=F("pk").desc())
    )
    lines: dict[tuple, list[SupportNotification]] = defaultdict(list)
    for row in ranked.filter(rank__lte=LINES).order_by("-pk"):
        lines[row.about_kind, row.about_id].append(row)
    return lines
