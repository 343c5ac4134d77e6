"""The list of orders: its filter, with the short form that address and stream share, and its pages, newest first."""

from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q, QuerySet

from support_management.core import keyset
from support_management.core.keyset import LARGEST_INTEGER
from support_management.core.time import now
from support_management.orders import queries
from support_management.orders.models import Order
from support_management.orders.status import OPEN, PaymentStatus, Status
from support_management.people.models import User
from support_management.people.viewer import Viewer

WINDOW = 50
MOST_COUNTED = 1000
"""A longer list says "1,000+": counting it would take as long as reading it."""
DEADLINES = {
    "overdue": "Overdue",
    "day": "Within 24 hours",
    "week": "Within 7 days",
    "none": "No deadline",
}
TEXT_LIMIT = 40
ALL_WORD = "all"
_PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What the list is narrowed to; empty means all. Texts are parts of a reference or of a person's name or email."""

    reference: str = ""
    client: str = ""
    writer: str = ""
    least: str = ""
    most: str = ""
    status: str = ""
    payment: str = ""
    website: str = ""
    deadline: str = ""

    @property
    def query(self) -> str:
        """The filter as the query of an address."""
        return urlencode({name: value for name, value in asdict(self).items() if value})

    @property
    def word(self) -> str:
        """The short form: the query, or `all` without conditions."""
        return self.query or ALL_WORD

    @property
    def is_valid(self) -> bool:
        texts = (self.reference, self.client, self.writer)
        return (
            all(len(text) <= TEXT_LIMIT and text.isprintable() for text in texts)
            and all(_is_amount(text) for text in (self.least, self.most))
            and self.status in ("", *Status.values)
            and self.payment in ("", *PaymentStatus.values)
            and self.deadline in ("", *DEADLINES)
            and _is_key(self.website)
        )


def filter_of(word: str) -> OrderFilter | None:
    """The filter of a short form; None if it is not written as `OrderFilter.word` writes it."""
    if word == ALL_WORD:
        return OrderFilter()
    try:
        values = dict(parse_qsl(word, strict_parsing=True, max_num_fields=len(fields(OrderFilter))))
        narrow = OrderFilter(**values)
    except (ValueError, TypeError):
        return None
    return narrow if narrow.is_valid and narrow.word == word else None


def narrowed(rows: QuerySet[Order], narrow: OrderFilter) -> QuerySet[Order]:
    """The orders that match a filter."""
    exact = {"status": narrow.status, "payment_status": narrow.payment, "website": narrow.website}
    exact |= {"amount__gte": narrow.least, "amount__lte": narrow.most, "reference__icontains": narrow.reference}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    for role in ("client", "writer"):
        if text := getattr(narrow, role):
            rows = rows.filter(**{f"{role}__in": _people(text)})
    if narrow.deadline == "overdue":
        return rows.filter(deadline__lt=now(), status__in=OPEN)
    if narrow.deadline == "none":
        return rows.filter(deadline=None)
    if narrow.deadline:
        moment = now()
        return rows.filter(deadline__gte=moment, deadline__lt=moment + _PERIODS[narrow.deadline])
    return rows


def first(viewer: Viewer, narrow: OrderFilter) -> list[Order]:
    """The newest orders that match; one more than `WINDOW` when there are more."""
    return list(_list(viewer, narrow)[: WINDOW + 1])


def rest(viewer: Viewer, narrow: OrderFilter, after: tuple) -> list[Order]:
    """The next orders behind a place."""
    return list(_list(viewer, narrow).filter(keyset.behind(("-id",), after))[: WINDOW + 1])


def total(viewer: Viewer, narrow: OrderFilter) -> int:
    """How many match, counted up to one more than `MOST_COUNTED`."""
    rows = narrowed(queries.visible_to(viewer), narrow).select_related(None).order_by()
    return rows[: MOST_COUNTED + 1].count()


def among(viewer: Viewer, narrow: OrderFilter, ids) -> tuple[list[Order], set[int]]:
    """Of these orders, those that match, and the ids of all that the viewer may see. Two queries."""
    seen = queries.visible_to(viewer).filter(pk__in=list(ids))
    return list(narrowed(seen, narrow)), set(seen.select_related(None).values_list("pk", flat=True))


def _list(viewer: Viewer, narrow: OrderFilter) -> QuerySet[Order]:
    return narrowed(queries.visible_to(viewer), narrow).order_by("-id")


def _people(text: str) -> QuerySet:
    return User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)).values("pk")


def _is_key(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_INTEGER)


def _is_amount(text: str) -> bool:
    try:
        return not text or (len(text) <= 13 and Decimal(text).is_finite() and Decimal(text) >= 0)
    except InvalidOperation:
        return False
