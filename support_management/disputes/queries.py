"""Queries on disputes and their visibility."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Q, QuerySet

from support_management.core import keyset
from support_management.core.money_columns import ExactSum
from support_management.core.time import now
from support_management.disputes.models import Dispute, DisputeParticipation
from support_management.disputes.status import OUTCOMES
from support_management.people import participation, roles
from support_management.people.viewer import Viewer

COLUMNS = {
    "open": ("Open", ("open",)),
    "under_review": ("Under review", ("under_review",)),
    "awaiting_response": ("Awaiting response", ("awaiting_response",)),
    "resolved": ("Resolved", OUTCOMES),
}
COLUMN_OF = {status: slug for slug, (_, statuses) in COLUMNS.items() for status in statuses}
DONE_SHOWN = timedelta(days=7)
WINDOW = 50


def visible_to(viewer: Viewer) -> QuerySet[Dispute]:
    """Disputes the viewer may see: leads all; agents own, unassigned and recent ones; parties their own."""
    if viewer.is_lead:
        return Dispute.objects.all()
    if viewer.is_desk:
        rows = Dispute.objects.filter(participation.visible_work(DisputeParticipation, viewer))
        return rows.filter(order__website__in=viewer.websites) if viewer.websites else rows
    if viewer.role in roles.PARTIES:
        return Dispute.objects.filter(Q(order__client=viewer.id) | Q(order__writer=viewer.id))
    return Dispute.objects.none()


def of_party(viewer: Viewer, person_id: int) -> QuerySet[Dispute]:
    """Disputes about what a person bought or writes, as far as the viewer may see them."""
    rows = visible_to(viewer).filter(Q(order__client=person_id) | Q(order__writer=person_id))
    return rows.select_related("order", "assignee")


def unchecked() -> QuerySet[Dispute]:
    """All disputes, for callers who check each one: a fragment is painted once for several viewers."""
    return Dispute.objects.all()


def may_see(viewer: Viewer, dispute: Dispute, participants: frozenset[int] | None = None) -> bool:
    """`visible_to` for a loaded dispute with its order. `participants`: recent participants, if already loaded."""
    if viewer.is_lead:
        return True
    if viewer.is_desk:
        return participation.may_see(DisputeParticipation, viewer, dispute, participants)
    return viewer.role in roles.PARTIES and viewer.id in (dispute.order.client_id, dispute.order.writer_id)


def participants(ids) -> dict[int, frozenset[int]]:
    """Recent participants of each dispute."""
    return participation.participants(DisputeParticipation, ids)


def for_cards(rows: QuerySet[Dispute]) -> QuerySet[Dispute]:
    """With the related rows that a card shows."""
    return rows.select_related("order", "order__client", "order__writer", "raised_by", "assignee")


def of_order(order_id: int) -> QuerySet[Dispute]:
    """The disputes about an order, newest first."""
    return for_cards(Dispute.objects.filter(order=order_id)).order_by("-id")


def orders_of(ids) -> set[int]:
    """Ids of the orders of these disputes."""
    return set(Dispute.objects.filter(pk__in=list(ids)).values_list("order", flat=True)) if ids else set()


def keys_of_orders(ids) -> set[int]:
    """Ids of the disputes about these orders."""
    return set(Dispute.objects.filter(order__in=list(ids)).values_list("pk", flat=True)) if ids else set()


def column(slug: str, viewer: Viewer) -> QuerySet[Dispute]:
    """The disputes of a column, by due time; resolved ones of the last DONE_SHOWN, newest first."""
    rows = for_cards(visible_to(viewer)).filter(status__in=COLUMNS[slug][1])
    if slug == "resolved":
        return rows.filter(resolved_at__gt=now() - DONE_SHOWN).order_by(*_order(slug))
    return rows.filter(is_open=True).order_by(*_order(slug))


def after(slug: str, rows: QuerySet[Dispute], place: tuple) -> QuerySet[Dispute]:
    """The disputes of a column after the place (sorting time, id)."""
    return rows.filter(keyset.behind(_order(slug), place))


def _order(slug: str) -> tuple[str, str]:
    return ("-resolved_at", "id") if slug == "resolved" else ("next_due_at", "id")


def in_board(viewer: Viewer, dispute: Dispute, participants: frozenset[int]) -> bool:
    """Whether the board shows a loaded dispute to the viewer. `participants`: its recent participants."""
    recent = dispute.is_open or (dispute.resolved_at is not None and dispute.resolved_at > now() - DONE_SHOWN)
    return recent and may_see(viewer, dispute, participants)


def column_totals(viewer: Viewer) -> dict[str, tuple[int, list[tuple[str, Decimal]]]]:
    """Number of disputes and amounts at risk by currency, per column, in one query."""
    rows = visible_to(viewer).filter(Q(is_open=True) | Q(resolved_at__gt=now() - DONE_SHOWN))
    grouped = rows.order_by().values("status", "order__currency")
    sums = grouped.annotate(n=Count("pk"), amount=ExactSum("amount_at_risk"))
    totals: dict[str, int] = defaultdict(int)
    amounts: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in sums:
        slug = COLUMN_OF[row["status"]]
        totals[slug] += row["n"]
        amounts[slug][row["order__currency"]] += row["amount"]
    return {slug: (totals[slug], sorted(amounts[slug].items())) for slug in COLUMNS}


def cards_by_id(ids) -> dict[int, Dispute]:
    """Disputes by id for the live path, in one query."""
    return for_cards(Dispute.objects.all()).in_bulk(list(ids))
