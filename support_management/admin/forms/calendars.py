"""Form of a business calendar: a line of text per weekday, one holiday per line."""

import re
from zoneinfo import available_timezones

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime

from support_management.admin.forms.work import VersionedForm
from support_management.calendars import country_holidays
from support_management.calendars import validation as calendar_validation
from support_management.calendars.engine import weekly_hours
from support_management.core.errors import Invalid
from support_management.core.time import validate_range


class CalendarForm(VersionedForm):
    """`values` are the arguments of the capability. An invalid day shows the error at its own field."""

    name = forms.CharField(max_length=80)
    time_zone = forms.ChoiceField()
    holiday_country = forms.ChoiceField(required=False, label="Public holidays")
    holidays = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 20}),
        label="Additional holidays",
        help_text="One date per line, like 2026-12-24.",
    )
    effective_from = forms.SplitDateTimeField(
        required=False,
        validators=[validate_range],
        widget=AdminSplitDateTime,
        help_text="When the change takes effect. Leave empty for now. Earlier time is not recalculated.",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["time_zone"].choices = [(zone, zone) for zone in sorted(available_timezones())]  # type: ignore[attr-defined]
        self.fields["holiday_country"].choices = [("", "none"), *country_holidays.names().items()]  # type: ignore[attr-defined]
        row = self.instance
        self.initial.update({"time_zone": row.time_zone, "holidays": "\n".join(row.holidays)})
        self.initial.update({day: weekly_hours.text_of(row.hours[day]) for day in weekly_hours.DAYS})
        if not row.pk:
            del self.fields["effective_from"]

    def clean(self):
        cleaned = super().clean()
        self.cleaned_data["hours"] = {day: self._read(day, self._day) for day in weekly_hours.DAYS}
        self.cleaned_data["holidays"] = self._read("holidays", self._holidays)
        return cleaned

    @property
    def values(self) -> dict:
        """Name, zone, hours, holidays, country; and `effective_from`, if given."""
        names = ("name", "time_zone", "hours", "holidays", "holiday_country")
        since = self.cleaned_data.get("effective_from")
        return {name: self.cleaned_data[name] for name in names} | ({"effective_from": since} if since else {})

    def _read(self, name: str, read):
        try:
            return read(name)
        except Invalid as error:
            self.add_error(name, error.text)
            return []

    def _day(self, day: str) -> list[list[str]]:
        return weekly_hours.read_text(day, self.cleaned_data.get(day, ""))

    def _holidays(self, name: str) -> list[str]:
        days = [day for day in re.split(r"[\s,;]+", self.cleaned_data.get(name, "")) if day]
        return calendar_validation.read(holidays=days)["holidays"]


for _day, _name in weekly_hours.DAYS.items():
    CalendarForm.base_fields[_day] = forms.CharField(
        label=_name, required=False, max_length=300, widget=forms.TextInput(attrs={"size": 60, "placeholder": "closed"})
    )
CalendarForm.base_fields[
    "mon"
].help_text = "For example 09:00-12:30, 13:00-17:00. Leave empty if closed. Write midnight at the end as 24:00."
