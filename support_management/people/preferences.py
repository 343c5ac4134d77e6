"""What a person chooses for themselves. No other screen shows it, so no event tells of it."""

from django.core.exceptions import ValidationError

from support_management.core.errors import Invalid
from support_management.core.time import require_zone
from support_management.events.capability import capability
from support_management.people import roles
from support_management.people.models import User

_WORDS = {
    "theme": (User.Theme, "Theme must be light, dark or auto."),
    "density": (User.Density, "Density must be compact, default or comfortable."),
    "updates": (User.Updates, "Updates must be live, 10s, 60s or manual."),
    "announcements": (User.Announcements, "Announcements must be off, mine or team."),
}
CHOICES = (*_WORDS, "time_zone")


@capability
def choose(*, by: User, **choices: str) -> None:
    """Keep some of CHOICES. Invalid: another word; NotAllowed leads_only: the team's work announced to an agent."""
    for name, word in choices.items():
        if name == "time_zone":
            _check_zone(word)
        else:
            _check(name, word, by)
    for name, word in choices.items():
        setattr(by, name, word)
    by.save(update_fields=list(choices))


def _check(name: str, word: str, by: User) -> None:
    words, sentence = _WORDS[name]
    if word not in words.values:
        raise Invalid(f"unknown_{name}", sentence, field=name)
    if word == User.Announcements.TEAM and name == "announcements":
        roles.require_lead(by, "Announcements of the team's work are for team leads only.", field=name)


def _check_zone(word: str) -> None:
    try:
        require_zone(word)
    except ValidationError as error:
        raise Invalid("unknown_zone", error.messages[0], field="time_zone") from None


def announced_to(user: User) -> str:
    """Whose deadlines this person hears of. Who leads no more hears of their own."""
    team = user.announcements == User.Announcements.TEAM
    return User.Announcements.MINE if team and not user.is_lead else user.announcements
