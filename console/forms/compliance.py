"""Period, interval and grouping of the compliance page, from its query string."""

from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms

from console.access import is_key
from support_management.analytics import periods
from support_management.analytics.compliance import BY, NONE
from support_management.analytics.periods import Period
from support_management.core.errors import DeskError
from support_management.core.time import validate_range
from support_management.sla.models import Metric

PRESETS = ((7, "day", "7 days"), (30, "day", "30 days"), (90, "week", "90 days"), (365, "month", "1 year"))
PER = (("day", "Day"), ("week", "Week"), ("month", "Month"))


def _day(label: str) -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input"})
    return forms.DateField(
        label=label,
        required=False,
        widget=picker,
        input_formats=["%Y-%m-%d"],
        validators=[validate_range],
        error_messages={"out_of_range": periods.OUT_OF_REACH},
    )


def _choice(label: str, choices) -> forms.ChoiceField:
    select = forms.Select(attrs={"class": "input"})
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=select)


class ComplianceForm(forms.Form):
    """Defaults: the last 30 days, per day, by policy. `period` is set when the form is valid."""

    since = _day("From")
    until = _day("To")
    per = _choice("Interval", PER)
    by = _choice("Group by", tuple(BY.items()))

    key = forms.CharField(max_length=20, required=False, widget=forms.HiddenInput)

    def __init__(self, data, *, moment: datetime, zone: ZoneInfo):
        self.moment, self.zone = moment, zone
        self.period: Period = periods.last_days(periods.DEFAULT_DAYS, moment=moment, zone=zone)
        defaults = {"since": self.period.first.isoformat(), "until": self.period.last.isoformat()}
        given_values = {name: data[name] for name in self.base_fields if data.get(name)}
        if "until" in given_values and "since" not in given_values:
            del defaults["since"]
        super().__init__({"per": "day", "by": "policy"} | defaults | given_values)

    def clean_key(self) -> int | str | None:
        """The group whose breaches are listed; None for all."""
        word, by = self.cleaned_data["key"], self.cleaned_data.get("by")
        if not word:
            return None
        if word == NONE or (by == "metric" and word in Metric.values):
            return word
        if by == "metric" or not is_key(word):
            raise forms.ValidationError("This group does not exist.")
        return int(word)

    def clean(self):
        values = super().clean() or {}
        if self.errors:
            return values
        days = {"first": values.get("since"), "last": values.get("until")}
        try:
            self.period = periods.with_defaults(**days, per=values["per"], moment=self.moment, zone=self.zone)
        except DeskError as error:
            self.add_error(error.field, error.text)
        return values

    @property
    def by_word(self) -> str:
        return self.cleaned_data["by"]

    @property
    def by_title(self) -> str:
        return BY[self.by_word]

    @property
    def address(self) -> str:
        """The query string of this period and grouping."""
        values = {"since": self.period.first, "until": self.period.last, "per": self.period.per, "by": self.by_word}
        return urlencode(values)


def presets(moment: datetime, zone: ZoneInfo, shown: Period) -> list[dict]:
    """Predefined periods; `on` marks the one that is shown."""
    choices = []
    for days, per, words in PRESETS:
        period = periods.last_days(days, moment=moment, zone=zone, per=per)
        query = {"since": period.first.isoformat(), "until": period.last.isoformat(), "per": per}
        on = (period.first, period.last) == (shown.first, shown.last)
        choices.append({"query": urlencode(query), "words": words, "on": on})
    return choices
