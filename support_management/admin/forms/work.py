"""Forms that change tickets, disputes and orders through their capabilities."""

from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm, AdminErrorList
from django.core.exceptions import NON_FIELD_ERRORS

from support_management.admin.base import AdminForm
from support_management.core.money import DIGITS, MAX_DIGITS
from support_management.core.priority import PRIORITY_WORDS, Priority
from support_management.disputes.order_status import AFTER
from support_management.orders.status import Status
from support_management.people import roles
from support_management.people.models import User
from support_management.sla.lifecycle.effect import ClockEffect, of_change

PREVIEW = "_preview"
"""Name of the Preview button."""


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


class PreviewForm(VersionedForm):
    """With a Preview button that shows the effect of the values and saves nothing."""

    preview: Any = None
    """The effect; set by the Preview button."""

    def preview_if_asked(self) -> None:
        """The last step of `clean`: an error prevents saving."""
        if not self.errors and PREVIEW in self.data:
            self.preview = self.effect()
            self.add_error(None, forms.ValidationError("Nothing is saved yet.", code=PREVIEW))

    def effect(self) -> Any:
        """What the cleaned values would change."""
        raise NotImplementedError

    def take_preview(self, context: dict) -> dict:
        """The context of the page with the preview and without the error that only prevented saving."""
        if not self.is_bound or self.preview is None:
            return context
        self.errors.pop(NON_FIELD_ERRORS)
        return context | {"preview": self.preview, "errors": AdminErrorList(self, [])}


class TicketForm(PreviewForm):
    """The preview names the SLA deadlines that the change would move."""

    def clean(self):
        cleaned = super().clean()
        self.preview_if_asked()
        return cleaned

    def effect(self) -> list[ClockEffect]:
        values = self.cleaned_data
        words = {"priority": PRIORITY_WORDS[values["priority"]], "type": values["type"].slug}
        return of_change(self.instance, **words, tags=[tag.name for tag in values["tags"]])


class NewTicketForm(AdminForm):
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 8}), help_text="First message of the ticket.")
    opened_by_desk = forms.BooleanField(
        required=False, initial=True, label="From the desk", help_text="Clear this when the text is the customer's own."
    )


class DisputeForm(VersionedForm):
    notes = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 4}), help_text="Reason, required for a decision."
    )
    refund = forms.DecimalField(
        required=False,
        min_value=0,
        decimal_places=DIGITS,
        max_digits=MAX_DIGITS,
        help_text="With a decision for the client.",
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
