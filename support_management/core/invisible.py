"""Characters that show nothing. A text of nothing else is empty."""

import re

_IGNORED = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default_Ignorable_Code_Point of Unicode: joiners, marks of direction, fillers of Hangul, selectors, tags."""
_EMPTY = "\u2800\u2d7f\ufff9-\ufffb\ufffe\uffff\U0001107f\U00013430-\U0001343f\U00016fe4\U0001d159"
"""Fonts draw nothing for these either: the blank of Braille, annotations, joiners of scripts, an empty note."""
INVISIBLE = re.compile(f"[{_IGNORED}{_EMPTY}]")
"""Each of them; spaces are not among them."""
_NOTHING = rf"\s\x00-\x1f\x7f-\x9f{_IGNORED}{_EMPTY}"
_SHOWN = re.compile(f"[^{_NOTHING}]")


def shows_nothing(text: str) -> bool:
    """Whether no character of the text is visible."""
    return _SHOWN.search(text) is None


def from_first_shown(text: str) -> str:
    """The text from its first visible character."""
    shown = _SHOWN.search(text)
    return text[shown.start() :] if shown else ""
