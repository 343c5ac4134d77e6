"""Filters of the assignment history. They come from the query string: invalid values are ignored."""

from datetime import datetime, time, timedelta

from django import forms
from django.utils import timezone

from support_management.core.time import validate_range
from support_management.people.models import User
from support_management.routing.models import ReassignmentLog
from support_management.tickets.models import TicketType


def _day(label: str) -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(
        label=label, required=False, widget=picker, input_formats=["%Y-%m-%d"], validators=[validate_range]
    )


class MovesForm(forms.Form):
    """Invalid values are ignored."""

    agent = forms.ModelChoiceField(User.objects.none(), required=False, empty_label="All agents")
    cause = forms.ChoiceField(choices=[("", "All causes"), *ReassignmentLog.Cause.choices], required=False)
    queue = forms.ModelChoiceField(
        TicketType.objects.order_by("name"), to_field_name="slug", required=False, empty_label="All queues"
    )
    since = _day("From")
    until = _day("To")

    def __init__(self, *args, agents, **options):
        super().__init__(*args, **options)
        self.fields["agent"].queryset = agents  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input input-s"

    @property
    def conditions(self) -> dict:
        """Keyword arguments for the query; days become instants in the reader's time zone."""
        self.is_valid()
        values = self.cleaned_data
        until = values.get("until")
        return {
            "agent": values["agent"].pk if values.get("agent") else None,
            "cause": values.get("cause") or "",
            "queue": values["queue"].pk if values.get("queue") else None,
            "since": _midnight(values.get("since")),
            "until": _midnight(until + timedelta(days=1)) if until else None,
        }

    @property
    def query(self) -> dict[str, str]:
        """The valid filters as a query string."""
        self.is_valid()
        return {name: self.data[name] for name in self.fields if self.cleaned_data.get(name)}


def _midnight(day) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


class BeforeForm(forms.Form):
    """Reassignments before this one."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
