"""Case- and accent-insensitive comparison of words. Pure functions."""

import re
import unicodedata
from functools import lru_cache

from support_management.core.marks import thinned

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The form in which two spellings of a tag, segment or language are equal: NFC, casefolded, single spaces."""
    spaced = " ".join(text.split())
    if spaced.isascii():
        return spaced.lower()
    folded = unicodedata.normalize("NFC", thinned(spaced)).casefold()
    return unicodedata.normalize("NFC", thinned(folded))


@lru_cache(maxsize=1024)
def bare_words(text: str) -> str:
    """The words of a text, lowercase, without accents and punctuation, separated by single spaces."""
    return " ".join(words_of(text))


def words_of(text: str) -> list[str]:
    """The same as a list, in order. Long texts come here: nothing is kept."""
    if text.isascii():
        return _WORD.findall(text.lower())
    letters = unicodedata.normalize("NFKD", thinned(text)).casefold()  # "ℌ" becomes "H" first
    return _WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter)))
