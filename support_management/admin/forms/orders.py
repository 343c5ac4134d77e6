"""The form beside the list of orders."""

from django import forms
from django.contrib.admin.helpers import ActionForm

from support_management.core.time import validate_range
from support_management.order_management.acting import REASON_LIMIT
from support_management.order_management.actions import ACTIONS
from support_management.order_management.models import SupportOrderManagement


class OrderActionForm(ActionForm):
    """The reason of an action, and the time of a hold's end or a new deadline.

    What moves money is done on the order's page in the console.
    """

    ACTIONS = tuple(
        (name, label) for name, label in SupportOrderManagement.Action.choices if ACTIONS[name].takes != "amount"
    )

    reason = forms.CharField(
        required=False, label="", max_length=REASON_LIMIT, widget=forms.TextInput(attrs={"placeholder": "Reason"})
    )
    when = forms.DateTimeField(
        required=False,
        label="Until, or new deadline",
        validators=[validate_range],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
