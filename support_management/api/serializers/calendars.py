"""Input and output of business calendars."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from support_management.api.fields import BoundedListField, InputSerializer, InstantField, StrictTextField, VersionInput
from support_management.calendars.engine import weekly_hours
from support_management.calendars.validation import MOST_HOLIDAYS

_INTERVAL = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
_WEEK = {
    "type": "object",
    "properties": {day: {"type": "array", "items": _INTERVAL} for day in weekly_hours.DAYS},
    "example": weekly_hours.OFFICE,
}
_BERLIN: dict = {
    "name": "Berlin",
    "time_zone": "Europe/Berlin",
    "hours": weekly_hours.OFFICE,
    "holidays": ["2026-12-24"],
    "holiday_country": "DE",
}


@extend_schema_field(_WEEK)
class WeekField(serializers.Field):
    """Per day a list of [start, end] in local time, up to 24:00. Validated by the domain."""

    def to_internal_value(self, data):
        return data

    def to_representation(self, value):
        return value


class SecondsField(serializers.FloatField):
    """Seconds; whole numbers as integers."""

    def to_representation(self, value):
        return int(value) if float(value).is_integer() else float(value)


class CalendarShape(serializers.Serializer):
    """A business calendar in its current version."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    time_zone = serializers.CharField()
    hours = WeekField()
    holidays = serializers.ListField(child=serializers.DateField())
    holiday_country = serializers.CharField(allow_null=True)
    version = serializers.IntegerField()
    created_at = InstantField()
    updated_at = InstantField()

    def to_representation(self, instance):
        return super().to_representation(instance) | {"holiday_country": instance.holiday_country or None}


class CalendarInput(InputSerializer):
    """A new calendar. Days that are left out are closed."""

    example = _BERLIN

    name = StrictTextField(max_length=80)
    time_zone = StrictTextField(max_length=60)
    hours = WeekField()
    holidays = BoundedListField(child=StrictTextField(max_length=10), max_length=MOST_HOLIDAYS, default=list)
    holiday_country = StrictTextField(max_length=10, allow_null=True, default=None)


class CalendarReplaceInput(CalendarInput, VersionInput):
    """The complete calendar, effective now or at `effective_from`."""

    example = _BERLIN | {"version": 1}

    effective_from = InstantField(required=False)


class CalendarChangeInput(VersionInput):
    """The fields to change, effective now or at `effective_from`."""

    example = {"hours": weekly_hours.OFFICE}

    name = StrictTextField(max_length=80, required=False)
    time_zone = StrictTextField(max_length=60, required=False)
    hours = WeekField(required=False)
    holidays = BoundedListField(child=StrictTextField(max_length=10), max_length=MOST_HOLIDAYS, required=False)
    holiday_country = StrictTextField(max_length=10, allow_null=True, required=False)
    effective_from = InstantField(required=False)


class PreviewInput(InputSerializer):
    """From `start` so many minutes of working time on; or the working time from `start` to `until`."""

    example = {"start": "2026-03-27T10:00:00Z", "minutes": 480}

    start = InstantField()
    minutes = serializers.IntegerField(required=False, min_value=0, max_value=10**9)
    until = InstantField(required=False)

    def validate(self, attrs):
        if ("minutes" in attrs) == ("until" in attrs):
            both = "minutes" in attrs
            message = "Use either minutes or until, not both." if both else "Enter minutes, or a time in until."
            raise serializers.ValidationError({"until" if both else "minutes": [message]})
        return attrs


class PreviewShape(serializers.Serializer):
    """`due_at` for `minutes`, `working_seconds` for `until`."""

    due_at = InstantField(required=False)
    working_seconds = SecondsField(required=False)
