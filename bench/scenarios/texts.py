"""A mebibyte of text made to be slow, cleaned, beside the normal form of a mebibyte of ordinary text."""

import time
import unicodedata
from collections.abc import Callable
from statistics import median

from bench.report.results import ResultLog, ratio
from support_management.core import text
from support_management.core.errors import Invalid

SIZE = 1024 * 1024
KEPT = 100_000
"""Characters of a message, at most."""
ORDINARY = "Gru\u0308\u00dfe aus Zu\u0308rich, die Bestellung ist noch nicht da. "
HOSTILE = {
    "marks": "\u0315\u0327",
    "Tibetan vowels": "\u0f73",
    "jamo": "\u1100\u1161\u11a8",
    "halfwidth marks": "\uff9e",
    "runs of eight": "a" + "\u0315\u0327" * 4,
    "rare letters": "\U0001d400",
}


def run(results: ResultLog, *, quick: bool) -> None:
    plain = _of_size(ORDINARY)
    for name, signs in HOSTILE.items():
        hostile = _of_size(signs)
        longest = (signs * SIZE)[: 4 * KEPT]
        for what, value in ((name, hostile), (f"{name}, the longest that is looked at", longest)):
            turns = [(_seconds(_clean, value), _seconds(_nfc, plain)) for _ in range(3 if quick else 9)]
            mine, other = (median(side) for side in zip(*turns, strict=True))
            results.add(f"cleaned: {what}", mine * 1000, unit="ms", repeats=[one * 1000 for one, _ in turns], most=100)
            results.add(f"cleaned ÷ NFC of ordinary text: {what}", ratio(mine, other), unit="×", most=10)


def _of_size(signs: str) -> str:
    return signs * (SIZE // len(signs.encode()))


def _clean(value: str) -> None:
    try:
        text.clean(value, field="body")
    except Invalid:
        return


def _nfc(value: str) -> None:
    unicodedata.normalize("NFC", value)


def _seconds(do: Callable[[str], None], value: str) -> float:
    began = time.process_time()
    do(value)
    return time.process_time() - began
