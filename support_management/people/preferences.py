"""What a person chooses for themselves. No other screen shows it, so no event tells of it."""

from support_management.core.errors import Invalid
from support_management.events.capability import capability
from support_management.people.models import User


@capability
def choose_theme(*, by: User, theme: str) -> None:
    """Light, dark or as the system. Invalid: any other word."""
    if theme not in User.Theme.values:
        raise Invalid("unknown_theme", "The theme is light, dark or auto.", field="theme")
    by.theme = theme
    by.save(update_fields=["theme"])
