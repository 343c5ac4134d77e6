"""Template tags of the availability page."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.templatetags.time_text import age_text
from support_management.core.time import now
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.availability.timeline import TimelineInterval
from support_management.people.models import SupportAvailability

register = template.Library()
_FULL, _HALF, _LOW = 20, 10, 5


@register.filter
def absence(availability: SupportAvailability) -> str:
    """How choices of people say that this one is not there, without since when or why; empty when online."""
    return {"online": "", "offline": "offline"}.get(availability.state, "away")


@register.simple_tag
def span(*seconds: float | None) -> str:
    """The total duration: 4h 0m; a dash for none."""
    total = sum(part or 0 for part in seconds)
    return age_text(total) if total else "–"


@register.simple_tag
def stretch(interval: AvailabilityInterval) -> str:
    """The duration of an interval, so far if it goes on."""
    return age_text(((interval.ended_at or now()) - interval.began_at).total_seconds())


@register.simple_tag
def day_bar(bar: TimelineInterval) -> SafeString:
    """An interval in the day's chart; its height shows how available the agent was. Offline is not drawn."""
    if bar.state == "offline" or not bar.length:
        return SafeString("")
    high = _FULL if bar.available else _HALF if bar.state == "online" else _LOW
    return format_html(
        '<rect class="fortnight-open" x="{}" y="{}" width="{}" height="{}"/>',
        bar.begin,
        _FULL - high,
        bar.length,
        high,
    )
