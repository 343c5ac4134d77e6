"""Template tags of the work pages: one-time keys, live rows, money."""

import uuid
from decimal import Decimal

from django import template
from django.middleware.csrf import get_token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from console.fragments import availability, notifications, queue
from support_management.core.money import amount_text, money_text
from support_management.escalations import raise_escalation
from support_management.order_management import acting
from support_management.orders.models import Order
from support_management.orders.money.refundable import given, refundable
from support_management.people import assignment_rules
from support_management.sla.lifecycle import extension
from support_management.tickets.models import Ticket

register = template.Library()


@register.simple_tag(takes_context=True)
def once(context) -> SafeString:
    """The hidden fields of a form that writes: CSRF token and one-time key.

    Live parts are rendered without a request: there the script fills in both.
    """
    request = context.get("request")
    if request is None:
        return SafeString('<input type="hidden" name="key" value="">')
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="key" value="{}">',
        get_token(request),
        uuid.uuid4(),
    )


@register.simple_tag
def reason_limit(about: str) -> int:
    """Maximum length of the reason of a "transfer", "extension", "action" on an order or "escalation"."""
    limits = {
        "transfer": assignment_rules,
        "extension": extension,
        "action": acting,
        "escalation": raise_escalation,
    }
    return limits[about].REASON_LIMIT


@register.simple_tag
def row(ticket: Ticket, place: str, pos: int) -> SafeString:
    """A row of a lane; its HTML is cached for all users."""
    return SafeString(queue.row_of(place, ticket, pos=pos))


@register.simple_tag(takes_context=True)
def bell(context) -> SafeString:
    """The bell of the current user, counted now."""
    return SafeString(notifications.bell_of(context["user"].pk, pos=context["frame"]["stream"]()["pos"]))


@register.simple_tag(takes_context=True)
def my_status(context) -> SafeString:
    """The status of the current user, read now."""
    return SafeString(availability.status_of(context["user"].pk, pos=context["frame"]["stream"]()["pos"]))


@register.simple_tag
def money(amount: Decimal, currency: str) -> str:
    """An amount with its currency: £1,240.00, ¥48,000, CHF 12.00."""
    return money_text(amount, currency)


@register.simple_tag
def refunds_of(order: Order) -> dict[str, str]:
    """What goes back of an order or has gone, and what is left of what was paid; nothing where nothing does."""
    amount = given(order)
    if not amount:
        return {}
    return {"given": money_text(amount, order.currency), "left": money_text(refundable(order), order.currency)}


@register.simple_tag
def plain_amount(amount: Decimal, currency: str) -> str:
    """An amount as people type it: 1240.00, 48000."""
    return amount_text(amount, currency)


@register.simple_tag
def sums(amounts) -> SafeString:
    """Amounts per currency, separated by dots."""
    return format_html_join(" · ", "{}", ((money_text(amount, currency),) for currency, amount in amounts))
