"""Paging through a lane, and the dialog that an address opens."""

from django import forms

from support_management.tickets import board
from support_management.tickets.queries import LANES


class MoreTicketsForm(forms.Form):
    """Where the rest of a lane begins. `after` becomes a key in work order; DeskError bad_key when it is none."""

    lane = forms.ChoiceField(choices=tuple(LANES.items()), required=False)
    after = forms.CharField(max_length=60, required=False)

    def clean_after(self):
        text = self.cleaned_data["after"]
        return board.key_of(text) if text else None


class AssignAskedForm(forms.Form):
    """`?assign=T-10482`: for which ticket the dialog stands open."""

    assign = forms.RegexField(regex=r"^T-[0-9]{1,15}\Z", max_length=20, required=False)
