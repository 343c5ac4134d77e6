"""Repair of derived fields of orders after writes without a capability."""

from django.db.models import Q

from support_management.orders.models import Order
from support_management.orders.status import Status


def forget_holds(**filters) -> None:
    """An order that is neither on hold nor disputed out of a hold remembers none. Only wrong rows are written."""
    rows = Order.objects.filter(**filters).exclude(status__in=(Status.ON_HOLD, Status.DISPUTED))
    rows.filter(Q(held_until__isnull=False) | ~Q(held_from="")).update(held_from="", held_until=None)
