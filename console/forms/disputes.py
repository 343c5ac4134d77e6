"""Forms of dispute actions, paging of a column, and the dialog named in the query string."""

from django import forms

from console.forms.cleaning import PlaceField, WriteForm
from console.forms.tickets import AssigneeForm
from support_management.disputes import board
from support_management.disputes.queries import COLUMNS

__all__ = ["AdvanceForm", "AssigneeForm", "DialogAskedForm", "MoreDisputesForm", "ResolveForm"]


class MoreDisputesForm(forms.Form):
    """Paging of a column. `after` is a place in its order."""

    column = forms.ChoiceField(choices=[(slug, name) for slug, (name, _) in COLUMNS.items()], required=False)
    after = PlaceField(board.place_of)


class DialogAskedForm(forms.Form):
    """`?resolve=4`: the dialog that is open, and its dispute."""

    assign = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    advance = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    resolve = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class AdvanceForm(WriteForm):
    status = forms.CharField(required=False, max_length=20)


class ResolveForm(WriteForm):
    outcome = forms.CharField(required=False, max_length=20)
    notes = forms.CharField(required=False, strip=False, max_length=20_000)
    refund = forms.CharField(required=False, max_length=20)
    order_status = forms.CharField(required=False, max_length=20)
