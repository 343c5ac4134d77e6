"""A new API token."""

from datetime import datetime, timedelta

from django import forms

from support_management.core.time import now
from support_management.people.api_tokens import LONGEST_NAME

LIFETIMES = (("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"), ("never", "Never"))


class NewTokenForm(forms.Form):
    """The name says what the token is for."""

    name = forms.CharField(
        max_length=LONGEST_NAME,
        help_text="What uses it, for example the shop's nightly import.",
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    lifetime = forms.ChoiceField(
        label="Expires", choices=LIFETIMES, initial="90", widget=forms.Select(attrs={"class": "input"})
    )

    def expires_at(self) -> datetime | None:
        """The end of the chosen lifetime; None for never."""
        days = self.cleaned_data["lifetime"]
        return None if days == "never" else now() + timedelta(days=int(days))
