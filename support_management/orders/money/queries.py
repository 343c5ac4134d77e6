"""Queries on money effects: who sees which, and what does not add up."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Round

from support_management.core.money import DIGITS, known_digits
from support_management.core.time import now
from support_management.orders import queries as orders
from support_management.orders.models import Order
from support_management.orders.money.models import MoneyEffect
from support_management.orders.money.status import UNDER_WAY, State
from support_management.orders.shop.models import ShopEndpoint
from support_management.people.viewer import Viewer

CONFIRMED_WITHIN = timedelta(days=1)


def visible_to(viewer: Viewer) -> QuerySet[MoneyEffect]:
    """Money effects of the orders that the viewer sees; the desk only."""
    rows = MoneyEffect.objects.select_related("order", "recipient")
    return rows.filter(order__in=orders.visible_to(viewer)) if viewer.is_desk else rows.none()


def of_shop(endpoint: ShopEndpoint) -> QuerySet[MoneyEffect]:
    """Money effects of the endpoint's website."""
    return MoneyEffect.objects.select_related("order", "recipient").filter(order__website=endpoint.website_id)


def confirmed(order: Order) -> Decimal:
    """What the shop has confirmed. Added up here: SQLite's sum of decimals is not exact."""
    rows = MoneyEffect.objects.filter(order=order.pk, state=State.CONFIRMED)
    return sum(rows.values_list("amount", flat=True), Decimal(0))


def not_confirmed() -> QuerySet[MoneyEffect]:
    """Decided for more than a day, and the shop has not confirmed."""
    rows = MoneyEffect.objects.select_related("order")
    return rows.filter(state__in=UNDER_WAY, decided_at__lt=now() - CONFIRMED_WITHIN).order_by("decided_at", "pk")


def never_decided() -> QuerySet[MoneyEffect]:
    """Confirmed by the shop, though nobody had decided it, or it had failed or was cancelled."""
    return MoneyEffect.objects.select_related("order").filter(undecided=True).order_by("-confirmed_at", "-pk")


def over_refunded() -> QuerySet[Order]:
    """Orders of which more has gone back, or is decided to, than was paid."""
    given = F("committed_amount") + F("undecided_amount")
    more = Q(committed_amount__gt=F("paid_amount")) | Q(undecided_amount__gt=0, paid_amount__lt=Round(given, DIGITS))
    return Order.objects.filter(more).order_by("pk")


def with_odd_amounts() -> QuerySet[Order]:
    """Orders of which an amount has more digits than the currency, or whose currency is unknown."""
    odd = Q(pk__in=[])
    for currency in Order.objects.order_by().values_list("currency", flat=True).distinct():
        odd |= Q(currency=currency) & _too_many_digits(known_digits(currency))
    return Order.objects.filter(odd).order_by("pk").distinct()


def _too_many_digits(digits: int | None) -> Q:
    if digits is None:
        return Q()
    odd = Q(pk__in=[])
    for name in ("amount", "paid_amount", "disputes__amount_at_risk", "money_effects__amount"):
        rounded = Round(F(name), digits)
        odd |= Q(**{f"{name}__gt": rounded}) | Q(**{f"{name}__lt": rounded})
    return odd
