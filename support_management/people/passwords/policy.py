"""Passwords that are weak although they are long: blanks, digits, and names that everybody knows."""

import unicodedata
from collections.abc import Iterator

from django.core.exceptions import ValidationError

from support_management.core.marks import thinned
from support_management.people.models import Website

PRODUCT = "Support Console"
LEAST_DIFFERENT = 5
LEAST_SIGNS = 4
"""Different signs that make up for missing letters."""
LEAST_BESIDE = 5
"""Letters that a password needs beside a name."""
SHORTEST_NAME = 4
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Invisible, though Unicode calls them letters or symbols."""


class VarietyValidator:
    """Refuses blanks, digits only, and few characters that repeat. Invisible characters do not count."""

    def validate(self, password, user=None):
        different = set(filter(_is_visible, password))
        letters = {sign for sign in different if unicodedata.category(sign)[0] == "L"}
        signs = {sign for sign in different - letters if not sign.isnumeric()}
        if len(different) < LEAST_DIFFERENT or (not letters and len(signs) < LEAST_SIGNS):
            raise ValidationError(self.get_help_text(), code="password_no_variety")

    def get_help_text(self):
        return f"Use letters, not only digits or blanks, and at least {LEAST_DIFFERENT} different characters."


class NamesValidator:
    """Refuses the name of the product or of a website, whatever digits and signs are around it."""

    def validate(self, password, user=None):
        rest = letters = _letters(password)
        for name in sorted(_names(), key=len, reverse=True):
            rest = rest.replace(name, "")
        if rest != letters and len(rest) < LEAST_BESIDE:
            raise ValidationError(self.get_help_text(), code="password_is_a_name")

    def get_help_text(self):
        return "Don't use the name of the product or of a website as your password."


def _names() -> set[str]:
    rows = Website.objects.values_list("name", "domain")
    names = {PRODUCT, *PRODUCT.split()} | {word for row in rows for word in _words(*row)}
    return {letters for name in names if len(letters := _letters(name)) >= SHORTEST_NAME}


def _words(name: str, domain: str) -> Iterator[str]:
    """A website's name, its domain, and the labels of the domain without the last."""
    yield from (name, domain, *domain.split(".")[:-1])


def _letters(text: str) -> str:
    """The letters of a text in lowercase, without accents."""
    plain = unicodedata.normalize("NFKD", thinned(text)).casefold()
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] == "L" and _is_visible(sign))


def _is_visible(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "CZM" and sign not in _BLANK_LETTERS
