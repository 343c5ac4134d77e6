"""Forms of notifications: paging, the newest one seen, and the settings."""

from django import forms

from console.forms.cleaning import PlaceField
from support_management.notifications import preferences, queries
from support_management.notifications.kinds import offered_to
from support_management.notifications.preferences import DeliveryChannels
from support_management.people.models import User


class AfterForm(forms.Form):
    """Paging. `after` is the id of a notification."""

    after = PlaceField(lambda text: queries.KEYSET.decode(text)[0])


class SeenUpToForm(forms.Form):
    """The newest notification that was on the screen."""

    upto = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class NotificationSettingsForm(forms.Form):
    """Two checkboxes, bell and email, per kind of notification offered to this person."""

    def __init__(self, data=None, *, person: User):
        current = preferences.of(person)
        initial = {
            f"{channel}-{kind}": getattr(channels, channel)
            for kind, channels in current.items()
            for channel in DeliveryChannels._fields
        }
        super().__init__(data, initial=initial)
        self.kinds = offered_to(person)
        for kind, details in self.kinds.items():
            for channel, word in (("bell", "in the bell"), ("mail", "by email")):
                box = forms.CheckboxInput(attrs={"aria-label": f"{details.name}: {word}"})
                self.fields[f"{channel}-{kind}"] = forms.BooleanField(required=False, widget=box)

    @property
    def rows(self) -> list[dict]:
        """For the template: each kind with its two checkboxes."""
        return [
            {"kind": details, "bell": self[f"bell-{kind}"], "mail": self[f"mail-{kind}"]}
            for kind, details in self.kinds.items()
        ]

    @property
    def choices(self) -> dict[str, DeliveryChannels]:
        """For the capability: the chosen channels per kind."""
        values = self.cleaned_data
        return {kind: DeliveryChannels(values[f"bell-{kind}"], values[f"mail-{kind}"]) for kind in self.kinds}
