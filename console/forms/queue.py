"""Paging of a lane, and the dialog named in the query string."""

from django import forms

from console.forms.cleaning import PlaceField
from support_management.tickets.models import WORK_ORDER_KEYSET
from support_management.tickets.queries import LANES


class MoreTicketsForm(forms.Form):
    """Paging of a lane. `after` is a place in its order."""

    lane = forms.ChoiceField(choices=tuple(LANES.items()), required=False)
    after = PlaceField(WORK_ORDER_KEYSET.decode)


class AssignAskedForm(forms.Form):
    """`?assign=T-10482`: the ticket whose assign dialog is open."""

    assign = forms.RegexField(regex=r"^T-[0-9]{1,15}\Z", max_length=20, required=False)
