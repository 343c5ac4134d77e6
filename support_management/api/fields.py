"""Serializer fields and base serializers shared by all resources."""

from datetime import UTC, datetime

from django.core.validators import MaxLengthValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty, get_attribute

from support_management.api import problems
from support_management.core import text
from support_management.core.date_range import OUT_OF_RANGE, contains
from support_management.core.money import DIGITS, MAX_DIGITS, amount_text
from support_management.core.time import validate_range

LARGEST_ID = 2**63 - 1
_NAMED = 20
_NAME_LENGTH = 60
"""Limits of an error about unknown fields: their number, and the characters shown of each name."""


def utc(moment: datetime) -> str:
    """2026-11-24T12:00:00.000000Z"""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class InstantField(serializers.DateTimeField):
    """UTC, microseconds, a `Z`. Input needs a zone, so that no instant is guessed."""

    def to_representation(self, value):
        return utc(value) if value else None

    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            raise ValidationError("Enter a time with its zone, like 2026-11-24T12:00:00Z.")
        if not contains(value):
            raise ValidationError(OUT_OF_RANGE)
        return value.astimezone(UTC)


class DayField(serializers.DateField):
    """A day, like 2026-11-24."""

    default_validators = [validate_range]


class PersonShape(serializers.Serializer):
    """A person as others see them."""

    id = serializers.IntegerField()
    name = serializers.CharField()

    def to_representation(self, instance):
        return {"id": instance.pk, "name": str(instance)}


class SentLengthValidator(MaxLengthValidator):
    """Refuses text that is too long even after cleaning; `limit_value` is the limit of the stored text."""

    requires_context = True

    def __call__(self, value, field):  # type: ignore[override]
        text.check_sent_length(value, field=field.field_name or field.parent.field_name, limit=self.limit_value)


class StrictTextField(serializers.CharField):
    """Text as it was sent: numbers are refused, nothing is trimmed. The domain cleans it.

    `max_length` applies to the cleaned text and is checked by the capability; the field refuses only far longer texts.
    """

    def __init__(self, *, max_length: int, **options):
        super().__init__(**{"trim_whitespace": False} | options)
        self.allow_blank = not self.required  # for the schema: whether anything is visible is the capability's question
        self.validators.append(SentLengthValidator(max_length))

    def run_validation(self, data=empty):
        return super(serializers.CharField, self).run_validation(data)

    def to_internal_value(self, data):
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class StrictIntegerField(serializers.IntegerField):
    """An integer; `"3"`, `3.0` and `true` are refused."""

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class StrictBooleanField(serializers.BooleanField):
    """`true` or `false`, nothing that only looks like it."""

    def to_internal_value(self, data):
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class IdField(StrictIntegerField):
    """The id of something."""

    def __init__(self, **options):
        super().__init__(**{"min_value": 1, "max_value": LARGEST_ID} | options)


@extend_schema_field(
    {"oneOf": [{"type": "integer", "minimum": 1, "maximum": LARGEST_ID}, {"type": "string", "maxLength": 254}]}
)
class IdentityOrName(serializers.Field):
    """An id, or a name to find it by."""

    def to_internal_value(self, data):
        field = IdField() if isinstance(data, int) and not isinstance(data, bool) else StrictTextField(max_length=254)
        field.bind(str(self.field_name), self.parent)
        return field.run_validation(data)


AMOUNT = {"type": "string", "format": "decimal", "pattern": r"^-?\d{1,10}(?:\.\d{1,4})?$"}
"""Money as the document describes it."""


@extend_schema_field(AMOUNT)
class AmountShape(serializers.Field):
    """Money with the digits of its currency: `"284.00"`, `"1200"`. `currency`: where the row has it."""

    def __init__(self, *, currency: str = "currency", **options):
        super().__init__(**options)
        self.currency = currency.split(".")

    def get_attribute(self, instance):
        amount = super().get_attribute(instance)
        return None if amount is None else amount_text(amount, get_attribute(instance, self.currency))

    def to_representation(self, value):
        return value


class AmountInput(serializers.DecimalField):
    """Money as text or number; the domain validates it, since the currency says how many digits there are."""

    def __init__(self, **options):
        super().__init__(max_digits=MAX_DIGITS, decimal_places=DIGITS, **options)

    def to_internal_value(self, data):
        if isinstance(data, bool) or not isinstance(data, int | float | str) or len(str(data)) > 40:
            self.fail("invalid")
        return data


class BoundedListField(serializers.ListField):
    """A list of at most `max_length` items. The length is checked before any item is validated."""

    def __init__(self, *, max_length: int, **options):
        super().__init__(max_length=max_length, **options)
        self._most = max_length

    def to_internal_value(self, data):
        if isinstance(data, list) and len(data) > self._most:
            self.fail("max_length", max_length=self._most)
        return super().to_internal_value(data)


class InputSerializer(serializers.Serializer):
    """What an operation takes. Anything else is refused and named: nothing is quietly dropped."""

    example: dict = {}
    """A valid body, shown in the OpenAPI document."""

    def to_internal_value(self, data):
        if not isinstance(data, dict):
            raise ValidationError({problems.GENERAL: ["Enter a JSON object."]})
        unknown = [str(name) for name in data if name not in self.fields]
        if unknown:
            raise ValidationError({name[:_NAME_LENGTH]: ["Unknown field."] for name in unknown[:_NAMED]})
        return super().to_internal_value(data)


class VersionInput(InputSerializer):
    """An action on an item: `version` is the version the caller has seen; an outdated one is refused."""

    version = StrictIntegerField(required=False, min_value=0, max_value=2**31 - 1)


class PartyAwareSerializer(serializers.Serializer):
    """A shape of which parties do not get the fields in `desk_only`; their `updated_at` is the last public change."""

    desk_only: tuple[str, ...] = ()

    def to_representation(self, instance):
        return self.for_caller(super().to_representation(instance), instance)

    def for_caller(self, shape: dict, instance) -> dict:
        """The shape as the caller may see it."""
        if self.context["desk"]:
            return shape
        if "updated_at" in shape:
            shape["updated_at"] = utc(instance.public_updated_at)
        return {name: value for name, value in shape.items() if name not in self.desk_only}
