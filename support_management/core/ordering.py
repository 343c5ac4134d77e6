"""Positions of rows in a list that users sort."""

from support_management.core.errors import Invalid

LAST_POSITION = 10_000


def clean_position(position: object) -> int:
    """The position. Invalid out_of_range unless it is a whole number from 0 to LAST_POSITION."""
    if not isinstance(position, int) or isinstance(position, bool) or not 0 <= position <= LAST_POSITION:
        raise Invalid("out_of_range", f"A position is a number from 0 to {LAST_POSITION}.", field="position")
    return position
