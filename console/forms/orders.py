"""Filters and paging of the list of orders, and what an action on an order takes."""

from django import forms

from console.forms.cleaning import PlaceField, WriteForm
from support_management.core.text import MAX_BODY
from support_management.core.time import validate_range
from support_management.order_management.acting import NOTE_LIMIT, REASON_LIMIT
from support_management.order_management.actions import ACTIONS
from support_management.orders.listing import DEADLINES, TEXT_LIMIT, OrderFilter
from support_management.orders.models import KEYSET
from support_management.orders.status import PaymentStatus, Status
from support_management.people.models import Website

_AMOUNT = r"^[0-9]{1,10}(\.[0-9]{1,2})?\Z"
_RAW_PER_KEPT = 4
_REASON, _NOTE, _MESSAGE = (_RAW_PER_KEPT * limit for limit in (REASON_LIMIT, NOTE_LIMIT, MAX_BODY))
"""Characters as they are typed; the capability cleans and counts them."""


class OrderFilterForm(forms.Form):
    """`?status=on_hold&client=cleo`. Invalid values are ignored."""

    reference = forms.CharField(required=False, max_length=TEXT_LIMIT)
    client = forms.CharField(required=False, max_length=TEXT_LIMIT)
    writer = forms.CharField(required=False, max_length=TEXT_LIMIT)
    least = forms.RegexField(_AMOUNT, required=False, max_length=13, label="Amount from")
    most = forms.RegexField(_AMOUNT, required=False, max_length=13, label="Amount to")
    status = forms.ChoiceField(required=False, choices=[("", "All statuses"), *Status.choices])
    payment = forms.ChoiceField(required=False, choices=[("", "All"), *PaymentStatus.choices])
    website = forms.ModelChoiceField(Website.objects.order_by("name"), required=False, empty_label="All websites")
    deadline = forms.ChoiceField(required=False, choices=[("", "Any"), *DEADLINES.items()])

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "input input-s", "autocomplete": "off"}
            if name in ("least", "most"):
                field.widget.attrs["inputmode"] = "decimal"

    @property
    def narrow(self) -> OrderFilter:
        """The valid filters."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        if "website" in values:
            values["website"] = values["website"].pk
        made = OrderFilter(**{name: str(value) for name, value in values.items()})
        return made if made.is_valid else OrderFilter()


class MoreOrdersForm(forms.Form):
    """`after` is a place in the list."""

    after = PlaceField(KEYSET.decode)


class ActAskedForm(forms.Form):
    """`?act=hold`: the dialog that is open. `?done=4`: an action that can be undone. `?before=9`: earlier entries."""

    act = forms.ChoiceField(required=False, choices=[(name, name) for name in ACTIONS])
    done = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class UndoForm(forms.Form):
    id = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class ActForm(WriteForm):
    """The words of an action and what it takes beside them."""

    reason = forms.CharField(required=False, strip=False, max_length=_REASON)
    note = forms.CharField(required=False, strip=False, max_length=_NOTE)
    message = forms.CharField(required=False, strip=False, max_length=_MESSAGE)
    until = forms.DateTimeField(required=False, validators=[validate_range])
    deadline = forms.DateTimeField(required=False, validators=[validate_range])
    amount = forms.CharField(required=False, max_length=20)
