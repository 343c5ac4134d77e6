"""Forms that change tickets, disputes and orders through their capabilities."""

from django import forms
from django.contrib.admin.helpers import ActionForm

from support_management.admin.base import AdminForm
from support_management.core.priority import Priority
from support_management.disputes.order_status import AFTER
from support_management.orders.status import Status
from support_management.people import roles
from support_management.people.models import User


class VersionedForm(AdminForm):
    """Carries the version that the admin saw, so that a concurrent edit is not overwritten."""

    version_seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.instance.pk:
            self.initial["version_seen"] = self.instance.version

    @property
    def edits(self) -> dict:
        """The changed fields and their new values."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name != "version_seen"}


class NewTicketForm(AdminForm):
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 8}), help_text="First message of the ticket.")


class DisputeForm(VersionedForm):
    notes = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Reason, required for a decision."
    )
    refund = forms.DecimalField(
        required=False, min_value=0, decimal_places=2, max_digits=12, help_text="With a decision for the client."
    )
    order_status = forms.ChoiceField(
        required=False,
        choices=[("", "As the outcome says"), *((value, Status(value).label) for value in AFTER)],
        help_text="Status of the order after a decision.",
    )


class WorkActionForm(ActionForm):
    """Inputs of the list actions: agent and priority."""

    agent = forms.ModelChoiceField(User.objects.none(), required=False, label="", empty_label="Agent …")
    priority = forms.ChoiceField(
        label="",
        choices=[("", "Priority …"), *((rank.name.lower(), rank.label) for rank in Priority)],
        required=False,
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        agents = User.objects.filter(role__in=roles.AGENTS, is_active=True).order_by("name")
        self.fields["agent"].queryset = agents  # type: ignore[attr-defined]
