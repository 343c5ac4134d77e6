"""Cleaning of all texts that users and programs send."""

import re
import unicodedata
from collections.abc import Callable

import nh3
from django.utils.html import escape

from support_management.core.errors import Invalid
from support_management.core.invisible import shows_nothing
from support_management.core.links import links
from support_management.core.marks import thinned

MAX_BODY = 100_000
MAX_LINE = 200
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TAGS = {"p", "br", "a", "time"}
_ATTRIBUTES = {"p": {"dir"}, "a": {"href"}, "time": {"data-at", "data-format", "datetime"}}
_RAW_PER_KEPT = 4
"""Characters sent per character kept, at most: canonical composition makes one of up to four."""


def clean(value, *, field: str, limit: int = MAX_BODY, one_line: bool = False, blank: bool = False) -> str:
    """Normal text: NFC, no control characters, no endless accents; invisible text is empty. Invalid names the field.

    The time is linear in the length. The length as sent is refused first, and marks are thinned out before the
    normal form: sorting a run of them takes time quadratic in its length, during which the process does nothing else.
    """
    if not isinstance(value, str):
        raise Invalid("not_text", "Enter text.", field=field)
    check_sent_length(value, field=field, limit=limit)
    if "\x00" in value:
        raise Invalid("null_character", "Null characters are not allowed.", field=field)
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise Invalid(
            "broken_text", "This text contains a broken character (half of an emoji?).", field=field
        ) from None
    value = _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    thin = thinned(value)
    value = unicodedata.normalize("NFC", thin)
    if value != thin:
        value = thinned(value)
    if one_line:
        value = " ".join(value.split())
    value = "" if shows_nothing(value) else value.strip()
    if not value and not blank:
        raise Invalid("empty", "This can't be empty.", field=field)
    if len(value) > limit:
        raise Invalid("too_long", f"Use at most {limit} characters; this has {len(value)}.", field=field)
    return value


def check_sent_length(value: str, *, field: str, limit: int) -> None:
    """Invalid when so much was sent that cleaning cannot make it `limit` characters."""
    if len(value) > _RAW_PER_KEPT * limit:
        raise Invalid("too_long", f"Use at most {limit} characters; this has {len(value)}.", field=field)


def shown(value: object, limit: int) -> str:
    """Text of another program, safe to store and show: one line of up to `limit` characters."""
    words = " ".join(_CONTROLS.sub(" ", str(value)).encode("utf-8", "replace").decode().split())
    return words if len(words) <= limit else words[: limit - 1] + "…"


def to_html(plain: str, *, between: Callable[[str], str] = escape) -> str:
    """Paragraphs and links of a plain text, safe to insert into a page or mail. Each paragraph has its own direction.

    `between`: makes safe HTML of the words that are no link.
    """
    paragraphs = re.split(r"\n\s*\n", plain)
    return _cleaned("".join(f'<p dir="auto">{_with_links(part, between)}</p>' for part in paragraphs if part.strip()))


def linked(plain: str, *, between: Callable[[str], str] = escape) -> str:
    """The same within one line or paragraph."""
    return _cleaned(_with_links(plain, between))


def _with_links(plain: str, between: Callable[[str], str]) -> str:
    pieces, end = [], 0
    for link in links(plain):
        pieces += [between(plain[end : link.start]), _anchor(link.href, plain[link.start : link.end])]
        end = link.end
    pieces.append(between(plain[end:]))
    return "".join(pieces).replace("\n", "<br>")


def _cleaned(html: str) -> str:
    return nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"})


def _anchor(href: str, shown: str) -> str:
    return f'<a href="{escape(href)}">{escape(shown)}</a>'
