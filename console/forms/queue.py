"""Paging through a lane, and the dialog that an address opens."""

from django import forms

from console.forms.cleaning import PlaceField
from support_management.tickets.models import WORK_ORDER_KEYSET
from support_management.tickets.queries import LANES


class MoreTicketsForm(forms.Form):
    """Where the rest of a lane begins. `after` is a place in work order."""

    lane = forms.ChoiceField(choices=tuple(LANES.items()), required=False)
    after = PlaceField(WORK_ORDER_KEYSET.decode)


class AssignAskedForm(forms.Form):
    """`?assign=T-10482`: for which ticket the dialog stands open."""

    assign = forms.RegexField(regex=r"^T-[0-9]{1,15}\Z", max_length=20, required=False)
