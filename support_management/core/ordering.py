"""Places of rows that people put into an order."""

from support_management.core.errors import Invalid

LAST_POSITION = 10_000


def clean_position(position: object) -> int:
    """A whole number from 0 to LAST_POSITION. Invalid out_of_range."""
    if not isinstance(position, int) or isinstance(position, bool) or not 0 <= position <= LAST_POSITION:
        raise Invalid("out_of_range", f"A position is a number from 0 to {LAST_POSITION}.", field="position")
    return position
