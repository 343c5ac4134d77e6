"""In which of their work owners are active on their screens, and for which they have a draft. Pages report it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import models

from support_management.core.time import AHEAD, now
from support_management.disputes.models import Dispute
from support_management.people.models import SupportProfile
from support_management.routing.models import WorkAttention
from support_management.tickets.models import Ticket

_MODELS: dict[str, type[models.Model]] = {"ticket": Ticket, "dispute": Dispute}
KEPT = timedelta(days=7)
"""How long it is kept after the last report."""


class AttentionSign(NamedTuple):
    """A person is active in a ticket or dispute that is open on their screen, with or without a draft."""

    user_id: int
    kind: str
    pk: int
    draft: bool


@dataclass(frozen=True, slots=True)
class OwnerAttention:
    """`active`: the owner is active in the work now. `drafted_at`: when a draft of theirs was last reported."""

    active: bool = False
    drafted_at: datetime | None = None


def record(signs: Iterable[AttentionSign]) -> int:
    """Store the signs of owners, seen now; others say nothing about who should have the work, nor do suspended ones.

    Returns how many.
    """
    newest = {(sign.kind, sign.pk, sign.user_id): sign for sign in signs}
    owned, moment = _owned(newest), now()
    rows = [
        WorkAttention(
            user_id=user_id, kind=kind, work_id=pk, active_at=moment, drafted_at=moment if sign.draft else None
        )
        for (kind, pk, user_id), sign in sorted(newest.items())
        if (kind, pk, user_id) in owned
    ]
    WorkAttention.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["kind", "work_id", "user"],
        update_fields=["active_at", "drafted_at"],
    )
    return len(rows)


def of_owners(kind: str, rows: Sequence[Ticket | Dispute]) -> dict[int, OwnerAttention]:
    """The attention of the owners of these rows, by key of the work. One query."""
    owner_of = {row.pk: row.assignee_id for row in rows}
    stored = WorkAttention.objects.filter(kind=kind, work_id__in=list(owner_of))
    moment = now()
    fresh = moment - timedelta(seconds=settings.AWAY_SECONDS)
    return {
        pk: OwnerAttention(fresh <= active_at <= moment + AHEAD, drafted_at)
        for pk, user_id, active_at, drafted_at in stored.values_list("work_id", "user", "active_at", "drafted_at")
        if user_id == owner_of[pk]
    }


def drop_old() -> int:
    """Delete what was not reported again for long. Returns how many."""
    return WorkAttention.objects.filter(active_at__lt=now() - KEPT).delete()[0]


def _owned(keys: Iterable[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
    owned = set()
    for kind, model in _MODELS.items():
        ids = {pk for named, pk, _ in keys if named == kind}
        if ids:
            rows = model._default_manager.filter(pk__in=ids, is_open=True, assignee__isnull=False)
            rows = rows.exclude(assignee__support_profile__status=SupportProfile.Status.SUSPENDED)
            owned |= {(kind, *pair) for pair in rows.order_by().values_list("pk", "assignee")}
    return owned
