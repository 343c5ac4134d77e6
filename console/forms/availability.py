"""Forms for status, pause and absences."""

from django import forms

from support_management.core.time import validate_range
from support_management.people.models import SupportAvailability

GO, RETURN = "go", "return"
MOMENT = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S")


class AvailabilityStatusForm(forms.Form):
    """A status; `decision` is what happens to open work on leaving."""

    says = forms.ChoiceField(choices=SupportAvailability.Says.choices, label="Status")
    decision = forms.ChoiceField(choices=[(GO, "Keep"), (RETURN, "Unassign")], required=False)


class LeaveForm(forms.Form):
    """The same decision on signing out, where no status is sent."""

    decision = AvailabilityStatusForm.base_fields["decision"]


class PauseForm(forms.Form):
    paused = forms.ChoiceField(choices=[("yes", "Pause"), ("no", "Resume")])

    def clean_paused(self):
        return self.cleaned_data["paused"] == "yes"


class AbsenceForm(forms.Form):
    """An absence, in the time zone of its author."""

    begins_at = forms.DateTimeField(
        label="From",
        input_formats=MOMENT,
        validators=[validate_range],
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}),
        error_messages={"invalid": "Enter a date and time, like 2026-03-27T09:00."},
    )
    ends_at = forms.DateTimeField(
        label="To",
        input_formats=MOMENT,
        validators=[validate_range],
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}),
        error_messages={"invalid": "Enter a date and time, like 2026-04-03T17:00."},
    )
    reason = forms.CharField(
        label="Reason", required=False, max_length=80, widget=forms.TextInput(attrs={"class": "input", "maxlength": 80})
    )


class DayForm(forms.Form):
    """`?day=2026-11-27`: the day that is shown in detail."""

    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"], validators=[validate_range])
