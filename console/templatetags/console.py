"""Template tags for icons, deadlines, ages and moments."""

import re
from datetime import UTC, datetime
from functools import cache

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString

from console.templatetags.time_text import age_text, clock_text, due_text, news_text
from support_management.core import text as plain_text
from support_management.core.kept_timestamps import MOMENT, read
from support_management.core.time import NEVER, now
from support_management.tickets.models import Ticket

register = template.Library()

STATE_WORDS = {
    "on_track": "On track",
    "due_soon": "Due soon",
    "at_risk": "At risk",
    "breached": "Breached",
    "paused": "Paused",
    "met": "Met",
}
WAITS = {"pending": "customer", "on_hold": "third party", "awaiting_response": "response"}
"""Status of waiting work → on whom it waits."""
_NUMBER = re.compile(rf"(?<![\w/-]){Ticket.number_prefix}-[0-9]{{1,12}}(?![\w-])", re.ASCII)


@cache
def _sprite() -> str:
    return static("icons.svg")


@register.simple_tag
@cache
def icon(name: str, css: str = "icon") -> SafeString:
    """An icon from the sprite, hidden from screen readers: the text beside it says the same."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, _sprite(), name)


@register.simple_tag
def chip(work, of=None) -> SafeString:
    """The deadline of a ticket, a dispute or one clock: icon, state in words, time. Empty without a clock.

    `of`: the work that the clock runs for, so that a paused one says on whom it waits.
    """
    due_at, state = work.due_at, _state(work)
    waits = WAITS.get(getattr(of or work, "status", ""), "")
    if state == "paused" and due_at is None:
        return _all_paused(waits)
    if state not in STATE_WORDS or due_at is None or due_at >= NEVER:
        return SafeString("")
    metric = str(getattr(work, "due_metric", "") or getattr(work, "metric", ""))
    ended = getattr(work, "completed_at", None) or (state == "paused" and getattr(work, "paused_at", None))
    time = _stopped(state, due_at, ended) if ended else due(due_at)
    note = format_html(" <i>waiting on {}</i>", waits) if state == "paused" and waits else SafeString("")
    return _chip(state, metric.replace("_", " "), time, note)


@register.simple_tag
def chip_at(state: str, due_at: datetime | None) -> SafeString:
    """The same chip for a deadline without an SLA clock, such as the card scheme's: once past, it is overdue."""
    if due_at is None or state not in STATE_WORDS:
        return SafeString("")
    return _chip("breached" if due_at < now() else state, "", due(due_at))


def _state(work) -> str:
    return str(getattr(work, "screen_state", "") or getattr(work, "due_state", ""))


def _all_paused(waits: str) -> SafeString:
    """All clocks of the work are paused: no time runs, and the chip says on whom the work waits."""
    words = f"Waiting on {waits}" if waits else "Paused"
    return format_html('<span class="sla" data-state="paused">{}<i>{}</i></span>', icon("sla-paused"), words)


def _chip(state: str, metric: str, time: SafeString, note: SafeString | str = "") -> SafeString:
    return format_html(
        '<span class="sla" data-state="{}">{}<span class="visually-hidden">{}</span>{}{}</span>',
        state,
        icon(f"sla-{state}"),
        _words(state, metric),
        time,
        note,
    )


def _words(state: str, metric: str) -> str:
    word = STATE_WORDS[state]
    if state == "breached":
        return f"{word}, {metric} " if metric else f"{word}, "
    if state in ("met", "paused"):
        return f"{word}, {metric}: " if metric else f"{word}: "
    return f"{word}, {metric} due in " if metric else f"{word}, due in "


def _stopped(state: str, due_at: datetime, ended: datetime) -> SafeString:
    """The text of a clock that no longer runs: its result, which does not change."""
    left = (due_at - ended).total_seconds()
    if state == "met":
        return format_html("<time>met {} early</time>", age_text(left))
    text = f"{age_text(-left)} late" if state == "breached" else due_text(left)
    return format_html("<time>{}</time>", text)


@register.simple_tag
def state_of(clock) -> str:
    """The state of a clock in a word; one that ended after its target says both."""
    word = STATE_WORDS.get(_state(clock), "")
    return f"{word}, done late" if clock.completed_at and _state(clock) == "breached" else word


@register.simple_tag
def stage_word(stage: str) -> str:
    """A stage in lowercase, for use within a sentence: due soon."""
    return STATE_WORDS.get(stage, "").lower()


@register.simple_tag
def lasts(seconds: int) -> str:
    """How long something is: 4h, 1h 30m, 3d."""
    return age_text(seconds).removesuffix(" 0m").removesuffix(" 0h")


@register.simple_tag
def due(moment: datetime | None) -> SafeString:
    """The time left until a moment; the browser keeps it current."""
    if moment is None or moment >= NEVER:
        return SafeString("")
    return _time("data-due", moment, due_text((moment - now()).total_seconds()))


@register.simple_tag
def ago(moment: datetime | None, shape: str = "") -> SafeString:
    """The age of a moment; the browser keeps it current. Shape "news": "just now" in the first minute."""
    if moment is None:
        return SafeString("")
    seconds = (now() - moment).total_seconds()
    if shape == "news":
        return _time("data-since", moment, news_text(seconds), SafeString(' data-format="news"'))
    return _time("data-since", moment, age_text(seconds))


@register.simple_tag
def at(moment: datetime | None, shape: str = "datetime") -> SafeString:
    """A moment in the reader's time zone. Live parts are converted by each browser."""
    if moment is None:
        return SafeString("")
    text = clock_text(moment, timezone.get_current_timezone(), shape)
    return _time("data-at", moment, text, format_html(' data-format="{}"', shape))


@register.filter
def moments(text: str) -> SafeString:
    """A stored sentence with its moments in the reader's time zone."""
    return SafeString(MOMENT.sub(_as_time, conditional_escape(text)))


@register.filter
def linked(text: str) -> SafeString:
    """A stored sentence with its moments; addresses and numbers of tickets in it are links."""
    return SafeString(plain_text.linked(text, between=lambda part: _with_numbers(moments(part))))


@register.filter
def paragraphs(text: str) -> SafeString:
    """A message as paragraphs; addresses and numbers of tickets in it are links."""
    return SafeString(plain_text.to_html(text, between=lambda part: _with_numbers(escape(part))))


def _with_numbers(html: str) -> str:
    """Each number leads to its page, whether there is such a ticket or not: what a reader may see is decided there."""
    return _NUMBER.sub(lambda match: f'<a href="{reverse("ticket", args=[match[0]])}">{match[0]}</a>', html)


def _as_time(match: re.Match) -> str:
    moment = read(match[0])
    return match[0] if moment is None else at(moment)


def _time(name: str, moment: datetime, text: str, attributes: SafeString | str = "") -> SafeString:
    return format_html(
        '<time {}="{}"{} datetime="{}">{}</time>', SafeString(name), _epoch(moment), attributes, _iso(moment), text
    )


def _epoch(moment: datetime) -> str:
    return f"{moment.timestamp():.3f}".rstrip("0").rstrip(".")


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
