"""What a person chooses for themselves. Whether they may is the capability's to say."""

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
"""The rest are old names of the same zones."""


class PreferencesForm(forms.Form):
    """`person` decides what is offered: the team's work to leads, their own time zone whatever it is."""

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
            offered = [one for one in User.Announcements.choices if one[0] != User.Announcements.TEAM]
            self.fields["announcements"].widget.choices = offered
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"id_{name}_helptext"


def zones(present: str) -> list:
    """Time zones by continent, UTC first, and the present one even when it has an old name."""
    known = _zones()
    if present == "UTC" or present in (value for _, some in known for value, _ in some):
        return [("UTC", "UTC"), *known]
    return [("UTC", "UTC"), (present, present), *known]


@cache
def _zones() -> list[tuple[str, list[tuple[str, str]]]]:
    by_region = groupby(sorted(_named()), lambda name: name.partition("/")[0])
    return [(region, list(_places(some))) for region, some in by_region]


def _named() -> Iterator[str]:
    return (name for name in available_timezones() if name.partition("/")[0] in _REGIONS and "/" in name)


def _places(names) -> Iterator[tuple[str, str]]:
    for name in names:
        yield name, name.partition("/")[2].replace("_", " ").replace("/", ", ")
