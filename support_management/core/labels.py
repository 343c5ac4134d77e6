"""Labels: the tags, segments and languages that rules compare. Lists of them have commas between, so none holds one."""

from django.core.exceptions import ValidationError

from support_management.core import text
from support_management.core.errors import Invalid

LABEL_LIMIT = 40
"""Characters of a tag or segment."""
_NO_COMMA = "Leave out the comma: it separates words."


def label(value: object, *, field: str, limit: int = LABEL_LIMIT, blank: bool = False) -> str:
    """A clean label as it was written. Invalid names the field."""
    word = text.clean(value, field=field, limit=limit, one_line=True, blank=blank)
    if "," in word:
        raise Invalid("comma", _NO_COMMA, field=field)
    lower(word, field=field, limit=limit)
    return word


def lower(word: str, *, field: str, limit: int = LABEL_LIMIT) -> str:
    """The label in lowercase. Invalid when it is too long then: some letters become two."""
    small = word.lower()
    if len(small) > limit:
        raise Invalid("too_long", f"Use at most {limit} characters; in lowercase this has {len(small)}.", field=field)
    return small


def no_comma(value: str) -> None:
    """Validator of a model field that holds a label."""
    if "," in value:
        raise ValidationError(_NO_COMMA)
