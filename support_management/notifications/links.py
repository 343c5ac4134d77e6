"""From a piece of work to the page where it stands."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models

from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.tickets.models import Ticket

About = tuple[str, int]
"""A piece of work: `("ticket", 12)`, `("dispute", 3)` or `("order", 8)`."""

_MODELS: dict[str, type[models.Model]] = {"ticket": Ticket, "dispute": Dispute, "order": Order}
_NEEDED = {"ticket": ("pk", "number"), "dispute": ("pk", "number"), "order": ("pk",)}


def links(works: Iterable[About]) -> dict[About, str]:
    """Addresses of their pages, one statement per kind. What is gone, or has no page of its own yet, has none."""
    by_kind: dict[str, set[int]] = defaultdict(set)
    for kind, pk in works:
        by_kind[kind].add(pk)
    found: dict[About, str] = {}
    for kind, ids in by_kind.items():
        for row in _MODELS[kind]._default_manager.filter(pk__in=ids).only(*_NEEDED[kind]):
            address = getattr(row, "get_absolute_url", None)
            found[kind, row.pk] = address() if address else ""
    return found
