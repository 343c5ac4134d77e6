"""Preferences of a person. Changes raise no event, because no other screen shows them."""

from django.core.exceptions import ValidationError

from support_management.core.errors import Invalid
from support_management.core.time import require_zone
from support_management.events.capability import capability
from support_management.people import roles
from support_management.people.models import User

_ALLOWED = {
    "theme": (User.Theme, "Theme must be light, dark or auto."),
    "density": (User.Density, "Density must be compact, default or comfortable."),
    "updates": (User.Updates, "Updates must be live, 10s, 60s or manual."),
    "announcements": (User.Announcements, "Announcements must be off, mine or team."),
}
CHOICES = (*_ALLOWED, "time_zone")


@capability
def choose(*, by: User, **choices: str) -> None:
    """Save some of CHOICES. Invalid for an unknown value; NotAllowed leads_only: announcements of the team's work."""
    for name, value in choices.items():
        if name == "time_zone":
            _check_zone(value)
        else:
            _check(name, value, by)
    for name, value in choices.items():
        setattr(by, name, value)
    by.save(update_fields=list(choices))


def _check(name: str, value: str, by: User) -> None:
    allowed, sentence = _ALLOWED[name]
    if value not in allowed.values:
        raise Invalid(f"unknown_{name}", sentence, field=name)
    if value == User.Announcements.TEAM and name == "announcements":
        roles.require_lead(by, "Announcements of the team's work are for team leads only.", field=name)


def _check_zone(value: str) -> None:
    try:
        require_zone(value)
    except ValidationError as error:
        raise Invalid("unknown_zone", error.messages[0], field="time_zone") from None


def announced_to(user: User) -> str:
    """Whose deadlines are announced to this person. Team announcements fall back to own work without a lead role."""
    team = user.announcements == User.Announcements.TEAM
    return User.Announcements.MINE if team and not user.is_lead else user.announcements
