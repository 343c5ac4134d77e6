"""What identifies a person: a user name and an email address, each in one form. Pure.

Two spellings that look the same are the same: fullwidth letters, invisible characters, another way to write a host.
"""

import re
import unicodedata

from django.core.exceptions import ValidationError

from support_management.core.invisible import INVISIBLE
from support_management.core.marks import thinned

LONGEST_USERNAME = 150
LONGEST_EMAIL = 254
_RAW_PER_KEPT = 4
_SEPARATORS = frozenset({"Zl", "Zp"})


def normal_username(text: str) -> str:
    """The name as it is stored: NFKC, single spaces. What it may not contain stays, for `check_username`."""
    if len(text) > _RAW_PER_KEPT * LONGEST_USERNAME:
        return text
    return re.sub(" {2,}", " ", unicodedata.normalize("NFKC", thinned(text))).strip(" ")


def check_username(name: str) -> None:
    """ValidationError unless this is a user name in its normal form."""
    if not isinstance(name, str) or not name:
        raise ValidationError("Enter a user name.", code="required")
    if len(name) > LONGEST_USERNAME:
        raise ValidationError(f"Use at most {LONGEST_USERNAME} characters.", code="max_length")
    if visible(name) != name:
        raise ValidationError("Invisible characters and line breaks are not allowed in a user name.", code="invisible")
    if "/" in name or "\\" in name or name in (".", ".."):
        raise ValidationError("A user name has no slashes and is not just dots.", code="path")
    if name != normal_username(name):
        raise ValidationError("This user name is not in its normal form.", code="form")


def username(text: str) -> str:
    """The user name to store. ValidationError when it is not allowed."""
    name = normal_username(text) if isinstance(text, str) else text
    check_username(name)
    return name


def is_username(text: str) -> bool:
    try:
        check_username(text)
    except ValidationError:
        return False
    return True


def mended_username(text: str) -> str:
    """An allowed name that looks like this one; "user" when nothing is left of it."""
    name = normal_username(visible(thinned(text[: _RAW_PER_KEPT * LONGEST_USERNAME])))
    name = normal_username(visible(re.sub(r"[/\\]", "-", name))[:LONGEST_USERNAME])
    return name if is_username(name) else "user"


def visible(text: str) -> str:
    """The text without control, format, unassigned and other invisible characters, and without line breaks."""
    return "".join(letter for letter in INVISIBLE.sub("", text) if not _is_hidden(letter))


def _is_hidden(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] == "C" or category in _SEPARATORS


def email_address(text: str) -> str:
    """The address as it is stored and compared: lowercase, nothing invisible, an international host in letters."""
    if len(text) > _RAW_PER_KEPT * LONGEST_EMAIL:
        return text
    address = visible(unicodedata.normalize("NFKC", thinned(text))).strip().lower()
    name, at, host = address.rpartition("@")
    return name + at + _host(host)


def _host(host: str) -> str:
    """`exämple.com` for `xn--exmple-cua.com` too: mail to both goes to the same place."""
    try:
        return host.encode("idna").decode("idna").lower()
    except UnicodeError:
        return host
