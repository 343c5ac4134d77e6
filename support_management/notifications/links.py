"""Links to the pages of work."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models

from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.tickets.models import Ticket

About = tuple[str, int]
"""Kind and id of work: `("ticket", 12)`, `("dispute", 3)`, `("order", 8)`, `("payment", 5)`."""

_MODELS: dict[str, type[models.Model]] = {
    "ticket": Ticket,
    "dispute": Dispute,
    "order": Order,
    "payment": PaymentIssueLog,
}
_COLUMNS = {"ticket": ("pk", "number"), "dispute": ("pk", "number"), "order": ("pk",), "payment": ("pk",)}


def links(works: Iterable[About]) -> dict[About, str]:
    """Paths of the pages, one query per kind. Deleted work is missing; an order has no page and an empty path."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, pk in works:
        by_kind[kind].add(pk)
    paths: dict[About, str] = {}
    for kind, ids in by_kind.items():
        for row in _MODELS[kind]._default_manager.filter(pk__in=ids).only(*_COLUMNS[kind]):
            address = getattr(row, "get_absolute_url", None)
            paths[kind, row.pk] = address() if address else ""
    return paths
