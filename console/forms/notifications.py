"""What may be sent about notices: where a list goes on, up to which one somebody looked, and where each kind goes."""

from django import forms

from console.forms.cleaning import PlaceField
from support_management.notifications import preferences, queries
from support_management.notifications.kinds import offered_to
from support_management.notifications.preferences import DeliveryChannels
from support_management.people.models import User


class AfterForm(forms.Form):
    """`after`: where the rest of the list begins, as the id of a notification."""

    after = PlaceField(lambda text: queries.KEYSET.decode(text)[0])


class SeenUpToForm(forms.Form):
    """The newest notice that stood on the screen."""

    upto = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class NotificationSettingsForm(forms.Form):
    """Two boxes per kind of notice that this person can be told."""

    def __init__(self, data=None, *, person: User):
        present = preferences.of(person)
        initial = {
            f"{way}-{kind}": getattr(ways, way) for kind, ways in present.items() for way in DeliveryChannels._fields
        }
        super().__init__(data, initial=initial)
        self.kinds = offered_to(person)
        for kind, facts in self.kinds.items():
            for way, word in (("bell", "in the bell"), ("mail", "by email")):
                box = forms.CheckboxInput(attrs={"aria-label": f"{facts.name}: {word}"})
                self.fields[f"{way}-{kind}"] = forms.BooleanField(required=False, widget=box)

    @property
    def rows(self) -> list[dict]:
        """For the template: what the kind is called, and its two boxes."""
        return [
            {"kind": facts, "bell": self[f"bell-{kind}"], "mail": self[f"mail-{kind}"]}
            for kind, facts in self.kinds.items()
        ]

    @property
    def choices(self) -> dict[str, DeliveryChannels]:
        """For the capability."""
        kept = self.cleaned_data
        return {kind: DeliveryChannels(kept[f"bell-{kind}"], kept[f"mail-{kind}"]) for kind in self.kinds}
