"""Words as the index holds them and as a query asks for them. Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass

from support_management.core.folding import words_of

LONGEST_QUERY = 200
MOST_WORDS = 10
_LONGEST_WORD = 64
"""Longer words are cut, in the index and in queries: the beginning finds them."""

type Words = list[str]
type Clause = tuple[tuple[str, bool], ...]
"""Alternatives, each with whether it is only the beginning of a word."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for. `words`: what all have to be there; `key`: the whole as one number or address."""

    text: str
    words: tuple[str, ...]
    key: str

    @property
    def clauses(self) -> list[Clause]:
        """Each word of the query as the beginning of a word; a single letter is a whole word."""
        return [((word, len(word) > 1 or not word.isascii()),) for word in self.words]


def query_of(text: str) -> Query:
    """The query in a text of any length and kind: its first words count."""
    text = " ".join(text[: 4 * LONGEST_QUERY].split())[:LONGEST_QUERY]
    words = distinct(text)[:MOST_WORDS]
    return Query(text, tuple(words), key_of(text))


def distinct(*texts: str) -> Words:
    """The different words of some texts."""
    return list(dict.fromkeys(word[:_LONGEST_WORD] for text in texts for word in words_of(text)))


def key_of(text: str) -> str:
    """A number, reference or address as one word: T-10482, t10482 and "t 10482" are the same. Empty without words."""
    joined = "".join(words_of(text))[:_LONGEST_WORD]
    return f"_{joined}" if joined else ""


def keys(*texts: str) -> Words:
    """The keys of some texts."""
    return [key for text in texts if (key := key_of(text))]


def website_mark(pk: int | None) -> str:
    """The word that all work of a website has; without a website: 0."""
    return f"__w{pk or 0}"


def any_of(words: Iterable[str]) -> Clause:
    """One of these words, whole."""
    return tuple((word, False) for word in words)
