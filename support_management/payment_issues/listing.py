"""The list of payment issues: its filter, with the short form that address and stream share, its pages and totals."""

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from urllib.parse import parse_qsl, urlencode

from django.db.models import Count, Q, QuerySet

from support_management.core import keyset
from support_management.core.keyset import LARGEST_INTEGER
from support_management.core.money_columns import ExactSum
from support_management.core.time import now
from support_management.payment_issues import queries
from support_management.payment_issues.models import PaymentIssueLog
from support_management.payment_issues.status import OPEN, IssueType, Status
from support_management.people.viewer import Viewer

WINDOW = 50
MOST_COUNTED = 1000
"""A longer list says "1,000+": counting it would take as long as reading it."""
TEXT_LIMIT = 40
OPEN_WORD, ANY = "open", "all"
STATUSES = {"": "Open", **dict(Status.choices), ANY: "All statuses"}
"""Without a choice the list shows what is open."""
NEXT = {"due": "Next step due", "planned": "Planned", "none": "No next step"}
UNOWNED = "none"


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """What the list is narrowed to; empty means all, of statuses the open ones. `owner`: a key, or `none`."""

    type: str = ""
    status: str = ""
    owner: str = ""
    website: str = ""
    reference: str = ""
    next: str = ""

    @property
    def query(self) -> str:
        """The filter as the query of an address."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def word(self) -> str:
        """The short form: the query, or `open` without conditions."""
        return self.query or OPEN_WORD

    @property
    def is_valid(self) -> bool:
        return (
            self.type in ("", *IssueType.values)
            and self.status in STATUSES
            and self.next in ("", *NEXT)
            and len(self.reference) <= TEXT_LIMIT
            and self.reference.isprintable()
            and _is_key(self.website)
            and (self.owner == UNOWNED or _is_key(self.owner))
        )


def filter_of(word: str) -> IssueFilter | None:
    """The filter of a short form; None if it is not written as `IssueFilter.word` writes it."""
    if word == OPEN_WORD:
        return IssueFilter()
    try:
        values = dict(parse_qsl(word, strict_parsing=True, max_num_fields=len(fields(IssueFilter))))
        narrow = IssueFilter(**values)
    except (ValueError, TypeError):
        return None
    return narrow if narrow.is_valid and narrow.word == word else None


def narrowed(rows: QuerySet[PaymentIssueLog], narrow: IssueFilter) -> QuerySet[PaymentIssueLog]:
    """The issues that match a filter."""
    exact = {"issue_type": narrow.type, "order__website": narrow.website}
    exact |= {"order__reference__icontains": narrow.reference}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if narrow.status != ANY:
        rows = rows.filter(status=narrow.status) if narrow.status else rows.filter(is_open=True)
    if narrow.owner:
        rows = rows.filter(assignee=None if narrow.owner == UNOWNED else int(narrow.owner))
    return rows.filter(_next_step(narrow.next)) if narrow.next else rows


def first(viewer: Viewer, narrow: IssueFilter) -> list[PaymentIssueLog]:
    """The newest issues that match; one more than `WINDOW` when there are more."""
    return list(_list(viewer, narrow)[: WINDOW + 1])


def rest(viewer: Viewer, narrow: IssueFilter, after: tuple) -> list[PaymentIssueLog]:
    """The next issues behind a place."""
    return list(_list(viewer, narrow).filter(keyset.behind(("-id",), after))[: WINDOW + 1])


def total(viewer: Viewer, narrow: IssueFilter) -> int:
    """How many match, counted up to one more than `MOST_COUNTED`."""
    return narrowed(queries.visible_to(viewer), narrow).order_by()[: MOST_COUNTED + 1].count()


def among(viewer: Viewer, narrow: IssueFilter, ids) -> tuple[list[PaymentIssueLog], set[int]]:
    """Of these issues, those that match, and the ids of all that the viewer may see. Two queries."""
    seen = queries.visible_to(viewer).filter(pk__in=list(ids))
    return list(queries.with_people(narrowed(seen, narrow))), set(seen.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class IssueTotal:
    """Open issues of a type in a currency: how many, and what they are about."""

    issue_type: str
    currency: str
    count: int
    amount: Decimal

    @property
    def label(self) -> str:
        return IssueType(self.issue_type).label


def totals(viewer: Viewer, narrow: IssueFilter | None = None) -> list[IssueTotal]:
    """Exact totals of the open issues that match, by type and currency; never across currencies. One query."""
    rows = narrowed(queries.visible_to(viewer), narrow or IssueFilter()).filter(status__in=OPEN, is_open=True)
    grouped = (
        rows.order_by().values_list("issue_type", "order__currency").annotate(n=Count("pk"), sum=ExactSum("amount"))
    )
    return sorted((IssueTotal(*row) for row in grouped), key=lambda row: (_RANKS[row.issue_type], row.currency))


_RANKS = {value: rank for rank, value in enumerate(IssueType.values)}


def _list(viewer: Viewer, narrow: IssueFilter) -> QuerySet[PaymentIssueLog]:
    return queries.with_people(narrowed(queries.visible_to(viewer), narrow)).order_by("-id")


def _next_step(word: str) -> Q:
    if word == "none":
        return Q(next_step_at=None)
    return Q(next_step_at__lte=now()) if word == "due" else Q(next_step_at__gt=now())


def _is_key(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_INTEGER)
