"""Names and addresses for as many clients and writers as anyone asks for."""

import unicodedata
from random import Random

from support_management.management.demo.cast import FIRST, LAST


def parties(chance: Random, count: int, role: str, start: int = 0):
    """(username, name, e-mail) of `count` people; `start` keeps their addresses apart from earlier ones."""
    firsts, lasts = FIRST.split(), LAST.split()
    for number in range(start, start + count):
        first, last = chance.choice(firsts), chance.choice(lasts)
        address = f"{plain(first)}.{plain(last)}.{role[0]}{number + 1}"
        yield address, f"{first} {last}", f"{address}@mail.example"


def plain(word: str) -> str:
    """Lower case letters without accents."""
    bare = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return bare.lower()
