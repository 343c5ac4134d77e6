"""Runs of combining marks, made short enough for a normal form. Pure.

A normal form sorts each run by insertion: time quadratic in its length, during which the process does nothing else.
"""

import re
import unicodedata
from itertools import groupby

_MAX_COMBINING = 8
_EXPANDING_MARKS = "\u0f73\u0f75\u0f81\uff9e\uff9f"
"""Of combining class 0, but they decompose to marks."""
_MARKS = "".join(chr(code) for code in range(0x300, 0x20000) if unicodedata.combining(chr(code))) + _EXPANDING_MARKS


def _ranges(characters: str) -> str:
    """For a class of a regular expression: beyond the first plane it compares one entry after the other."""
    runs = groupby(enumerate(sorted(characters)), lambda pair: ord(pair[1]) - pair[0])
    ends = ([character for _, character in run] for _, run in runs)
    return "".join(f"{run[0]}-{run[-1]}" for run in ends)


_MARK_RUN = re.compile(f"[{_ranges(_MARKS)}]{{{_MAX_COMBINING + 1},}}+")
_BASIC_MARKS = "".join(mark for mark in _MARKS if mark < "\U00010000")
_CANDIDATE_RUN = re.compile(f"[{_BASIC_MARKS}\U00010000-\U0001efff]{{{_MAX_COMBINING + 1},}}+")
"""The same with every character of the rare scripts, most of which are no marks: searched seven times as fast."""


def thinned(value: str) -> str:
    """At most eight marks in a run, so that no normal form of it takes long. To be called before any of them."""
    if value.isascii():
        return value
    return _CANDIDATE_RUN.sub(lambda candidate: _MARK_RUN.sub(lambda run: run[0][:_MAX_COMBINING], candidate[0]), value)
