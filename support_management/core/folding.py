"""Words compared the way people mean them, whatever their capitals. Pure: values in, values out."""

import re
import unicodedata
from functools import lru_cache

from support_management.core.marks import thinned

_WORD = re.compile(r"\w+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The form in which two spellings of a tag, segment or language are equal: NFC, casefolded, single spaces."""
    line = " ".join(text.split())
    if line.isascii():
        return line.lower()
    folded = unicodedata.normalize("NFC", thinned(line)).casefold()
    return unicodedata.normalize("NFC", thinned(folded))


@lru_cache(maxsize=1024)
def bare_words(text: str) -> str:
    """The words of a text without accents, capitals and punctuation, one space between them."""
    letters = unicodedata.normalize("NFKD", thinned(text.casefold()))
    return " ".join(_WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter))))
