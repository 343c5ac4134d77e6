"""What may be sent to a dispute."""

from django import forms

from console.forms.reading import WriteForm
from console.forms.tickets import AssigneeForm

__all__ = ["AdvanceForm", "AssigneeForm", "ResolveForm"]


class AdvanceForm(WriteForm):
    status = forms.CharField(required=False, max_length=20)


class ResolveForm(WriteForm):
    outcome = forms.CharField(required=False, max_length=20)
    notes = forms.CharField(required=False, strip=False, max_length=20_000)
    refund = forms.CharField(required=False, max_length=20)
