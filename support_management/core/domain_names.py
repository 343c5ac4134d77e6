"""Names of hosts that people enter, such as shop.example."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name

from support_management.core.invisible import shows_nothing

_MESSAGE = "Enter a domain such as shop.example, without an address or a path."


def require_domain(value: str) -> None:
    """Validator of a model field. International names are taken as people read them."""
    try:
        validate_domain_name(value)
    except ValidationError:
        raise ValidationError(_MESSAGE) from None
    if value.endswith(".") or not all(map(_is_readable, value)):
        raise ValidationError(_MESSAGE)


def _is_readable(character: str) -> bool:
    """A letter, mark or digit that shows: the framework's validator takes any sign beyond ASCII for a letter."""
    return character in "-." or (unicodedata.category(character)[0] in "LMN" and not shows_nothing(character))
