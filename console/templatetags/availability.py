"""Words and marks of the page of somebody's availability."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.templatetags.time_text import age_text
from support_management.core.time import now
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.availability.timeline import TimelineInterval

register = template.Library()
_FULL, _HALF, _LOW = 20, 10, 5


@register.simple_tag
def span(*seconds: float | None) -> str:
    """How long something was in all: 4h 0m; a dash for nothing."""
    total = sum(some or 0 for some in seconds)
    return age_text(total) if total else "–"


@register.simple_tag
def stretch(interval: AvailabilityInterval) -> str:
    """How long a stretch was, or has been so far."""
    return age_text(((interval.ended_at or now()) - interval.began_at).total_seconds())


@register.simple_tag
def day_bar(bar: TimelineInterval) -> SafeString:
    """A stretch of the day's strip: the higher, the more they were there. Offline is the ground itself."""
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
