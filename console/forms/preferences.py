"""The preferences form. Permissions are checked by the capability."""

from collections.abc import Iterator
from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

from django import forms

from support_management.people.models import User

THEMES = ((User.Theme.AUTO, "System"), (User.Theme.LIGHT, "Light"), (User.Theme.DARK, "Dark"))
_REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)
"""Other regions contain old names of the same zones."""


class PreferencesForm(forms.Form):
    """`person` decides the choices: announcements of the team's work for leads; their current time zone always."""

    theme = forms.ChoiceField(choices=THEMES, widget=forms.RadioSelect)
    density = forms.ChoiceField(choices=User.Density.choices, widget=forms.RadioSelect, help_text="Row height.")
    updates = forms.ChoiceField(
        label="Update frequency",
        choices=User.Updates.choices,
        widget=forms.RadioSelect,
        help_text="How often a page shows other people's changes. Yours appear right away.",
    )
    announcements = forms.ChoiceField(
        label="Screen reader announcements",
        choices=User.Announcements.choices,
        widget=forms.RadioSelect,
        help_text="Targets that are breached, at risk or due within five minutes, at most every ten seconds.",
    )
    time_zone = forms.CharField(
        max_length=60, widget=forms.Select(attrs={"class": "input"}), help_text="All times use this zone."
    )

    def __init__(self, data=None, *, person: User):
        super().__init__(data, initial={name: getattr(person, name) for name in self.base_fields})
        self.fields["time_zone"].widget.choices = zones(person.time_zone)
        if not person.is_lead:
            offered = [choice for choice in User.Announcements.choices if choice[0] != User.Announcements.TEAM]
            self.fields["announcements"].widget.choices = offered
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"


def zones(current: str) -> list:
    """Time zones by continent, UTC first, and the current one even when it has an old name."""
    regions = _zones()
    if current == "UTC" or current in (value for _, places in regions for value, _ in places):
        return [("UTC", "UTC"), *regions]
    return [("UTC", "UTC"), (current, current), *regions]


@cache
def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    by_region = groupby(sorted(_names()), lambda name: name.partition("/")[0])
    return [(region, list(_places(names))) for region, names in by_region]


def _names() -> Iterator[str]:
    return (name for name in available_timezones() if name.partition("/")[0] in _REGIONS and "/" in name)


def _places(names) -> Iterator[tuple[str, str]]:
    for name in names:
        yield name, name.partition("/")[2].replace("_", " ").replace("/", ", ")
