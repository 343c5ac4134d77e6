"""Addresses in plain texts: where one begins and ends. Pure, and linear in the length of the text."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_QUOTES = "\u00ab\u00bb\u2018-\u201f\u2039\u203a"
_SENTENCES_OF_OTHER_SCRIPTS = "\u037e\u0589\u060c\u061b\u061f\u0964\u0965\u3000-\u303f\ufe10-\ufe6f"
_WIDE_FORMS = "\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_ENDS = rf"\s<>\"`|\\{_QUOTES}{_SENTENCES_OF_OTHER_SCRIPTS}{_WIDE_FORMS}{_INVISIBLE}"
"""What no address contains as it is: it ends there, whatever follows."""
_ADDRESS = re.compile(rf"(?<![A-Za-z0-9])(?:https?://|www\.)(?=[^\W_]|\[)[^{_ENDS}]+", re.IGNORECASE)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_TRAILING = frozenset(".,:;!?'([{")


class Link(NamedTuple):
    """An address in a text: its place, and where it leads."""

    start: int
    end: int
    href: str


def links(plain: str) -> Iterator[Link]:
    """The addresses of a text, in order. Only http and https; `www.` is understood as https."""
    for match in _ADDRESS.finditer(plain):
        address = _without_sentence(match[0])
        scheme, separator, rest = address.partition("://")
        href = f"{scheme.lower()}://{rest}" if separator else f"https://{address}"
        yield Link(match.start(), match.start() + len(address), href)


def _without_sentence(address: str) -> str:
    """Without the punctuation of the sentence around it. A closing bracket belongs to it when it was opened in it."""
    unopened = {closing: address.count(closing) - address.count(opening) for closing, opening in _PAIRS.items()}
    end = len(address)
    while end:
        last = address[end - 1]
        if last in _PAIRS:
            if unopened[last] <= 0:
                break
            unopened[last] -= 1
        elif not (last in _TRAILING or (not last.isascii() and unicodedata.category(last).startswith("P"))):
            break
        end -= 1
    return address[:end]
