"""Names and addresses for any number of clients and writers."""

import unicodedata
from random import Random

from support_management.management.demo.people.staff import FIRST_NAMES, LAST_NAMES


def parties(rng: Random, count: int, role: str, start: int = 0):
    """(username, name, email) of `count` people; `start` makes addresses differ from those of earlier calls."""
    firsts, lasts = FIRST_NAMES.split(), LAST_NAMES.split()
    for number in range(start, start + count):
        first, last = rng.choice(firsts), rng.choice(lasts)
        address = f"{plain(first)}.{plain(last)}.{role[0]}{number + 1}"
        yield address, f"{first} {last}", f"{address}@mail.example"


def plain(word: str) -> str:
    """Lowercase letters without accents."""
    bare = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return bare.lower()
