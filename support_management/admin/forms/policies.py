"""Form of an SLA policy: a field per condition, durations like 4h, warnings like 75%, 30 min."""

from collections.abc import Callable
from typing import Any

from django import forms

from support_management.admin.forms.conditions import condition_fields
from support_management.admin.forms.work import PreviewForm
from support_management.calendars import queries as calendars
from support_management.core.errors import Invalid
from support_management.core.ordering import LAST_POSITION
from support_management.sla import policy_editing
from support_management.sla.lifecycle import follow_up
from support_management.sla.lifecycle.follow_up import Preview
from support_management.sla.models import Metric, WorkKind, pausing_statuses
from support_management.sla.policy import notation, validation

_RUNNING = ((policy_editing.KEEP, "Keep their version"), (policy_editing.FOLLOW, "Switch to this version"))
_PAUSES = {metric: f"{metric}_pauses_on" for metric in Metric.values}
"""Name of the field with the pausing statuses, by metric."""
_LENGTH = forms.TextInput(attrs={"size": 12, "placeholder": "none"})


class PolicyForm(condition_fields(WorkKind.choices), PreviewForm):  # type: ignore[misc]
    """`saying` are the values for the capability. The preview is the effect on open clocks if they follow."""

    position = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LAST_POSITION,
        help_text="Lower positions are checked first; others move down. Leave empty to add it last or keep its place.",
    )
    calendar: forms.ModelChoiceField = forms.ModelChoiceField(None)
    thresholds = forms.CharField(
        required=False,
        max_length=200,
        label="Warn at",
        help_text="For example 75%, 30 min: a share of the target used, or a time before the deadline.",
    )
    running = forms.ChoiceField(
        choices=_RUNNING, initial=policy_editing.KEEP, widget=forms.RadioSelect, label="Open clocks"
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        row = self.instance
        self.fields["calendar"].queryset = calendars.all_calendars()  # type: ignore[attr-defined]
        self.initial.setdefault("position", None)
        if not row.pk:
            self.initial["position"] = None
        self.initial.update({"calendar": row.calendar_id, "running": policy_editing.KEEP})
        self.initial.update({_PAUSES[metric]: pausing_statuses(row.pause_on, metric) for metric in Metric.values})
        self.initial.update({"thresholds": notation.thresholds(row.thresholds)})
        self.initial.update(
            {metric: notation.length(row.targets[metric]) for metric in Metric.values if metric in row.targets}
        )

    def clean(self):
        cleaned = super().clean()
        self._read("conditions", lambda: validation.conditions_of(self.typed_conditions()), at=None)
        self._read("pause_on", self._pauses, at=None)
        self._read("targets", self._targets, at=Metric.RESOLUTION.value)
        self._read("thresholds", lambda: notation.thresholds_of(self.cleaned_data.get("thresholds", "")))
        if not self.errors:
            self._read("thresholds", lambda: validation.thresholds_of(self.cleaned_data["thresholds"]))
        self.preview_if_asked()
        return cleaned

    def effect(self) -> Preview:
        return follow_up.preview(policy_editing.preview(values=self.saying, policy=self.instance.pk))

    @property
    def saying(self) -> policy_editing.PolicyValues:
        """The values of the policy."""
        names = (
            "name",
            "position",
            "active",
            "conditions",
            "targets",
            "pause_on",
            "thresholds",
            "minimum_left_percent",
        )
        values = {name: self.cleaned_data[name] for name in names}
        return policy_editing.PolicyValues(**values, calendar=self.cleaned_data["calendar"].pk)

    def _pauses(self) -> list[str] | dict[str, list[str]]:
        return validation.pauses_of({metric: self.cleaned_data.get(name, []) for metric, name in _PAUSES.items()})

    def _targets(self) -> list[dict]:
        values = self.cleaned_data
        minutes = {metric: notation.minutes_of(values.get(metric, ""), field=metric) for metric in Metric.values}
        targets = [{"metric": metric, "minutes": length} for metric, length in minutes.items() if length is not None]
        validation.targets_of(targets)
        return targets

    def _read(self, name: str, read: Callable[[], Any], *, at: str | None = "") -> None:
        """Clean a value; its error is shown at the field that it names, otherwise at `at`."""
        try:
            self.cleaned_data[name] = read()
        except Invalid as error:
            field = error.field if error.field in self.fields else at
            self.add_error(field or None, error.text)


for _metric, _name in Metric.choices:
    PolicyForm.base_fields[_metric] = forms.CharField(label=_name, required=False, max_length=40, widget=_LENGTH)
    PolicyForm.base_fields[_PAUSES[_metric]] = forms.MultipleChoiceField(
        label=f"{_name} pauses on",
        required=False,
        choices=list(validation.PAUSING.items()),
        widget=forms.CheckboxSelectMultiple,
    )
PolicyForm.base_fields["first_response"].help_text = "Business time, like 30m, 4h or 2d. A day is 24 hours."
PolicyForm.base_fields["resolution"].help_text = "The only target of disputes and orders."
