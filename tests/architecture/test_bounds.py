"""Whatever comes in has a bound: texts a length, lists a count, instants a range. Each failure says what to use."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from django import forms
from django.contrib import admin
from django.db import models
from django_filters import BaseCSVFilter, FilterSet
from rest_framework import serializers

import console.forms
from console.forms.session import NewPasswordForm
from support_management.admin.base import EditableAdmin
from support_management.api import filters, urls
from support_management.api.fields import BoundedListField, DayField, IdentityOrName, InputSerializer, InstantField
from support_management.api.serializers.calendars import WeekField
from support_management.api.serializers.policies import RawField
from support_management.core.time import validate_range

SIMPLE = (
    serializers.IntegerField,
    serializers.BooleanField,
    serializers.DecimalField,
    InstantField,
    DayField,
    IdentityOrName,
    WeekField,
)
"""Bounded by what they are; a week has seven days of a few intervals."""


def below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from below(one)


def fields_of(field: serializers.Field, name: str) -> Iterator[tuple[str, serializers.Field]]:
    """The field and everything in it."""
    yield name, field
    if isinstance(field, serializers.ListField):
        yield from fields_of(field.child, f"{name}.*")
    elif isinstance(field, InputSerializer):
        for inner_name, inner in field.fields.items():
            yield from fields_of(inner, f"{name}.{inner_name}")


def is_bounded(field: serializers.Field) -> bool:
    if isinstance(field, serializers.MultipleChoiceField):
        return False
    if isinstance(field, (serializers.ChoiceField, InputSerializer, *SIMPLE)):
        return True
    if isinstance(field, serializers.CharField):
        return any(getattr(check, "limit_value", None) for check in field.validators)
    return isinstance(field, BoundedListField | RawField) and bool(field.max_length)


def inputs() -> list[type[InputSerializer]]:
    assert urls.urlpatterns, "every view is imported with its serializers"
    return sorted(below(InputSerializer), key=lambda one: one.__name__)


@pytest.mark.parametrize("taken", inputs(), ids=lambda one: one.__name__)
def test_every_field_of_the_api_is_bounded(taken):
    fields = [pair for name, field in taken().fields.items() for pair in fields_of(field, name)]
    loose = [name for name, field in fields if not is_bounded(field)]
    assert loose == [], "Take StrictTextField(max_length=…), BoundedListField(max_length=…), InstantField or DayField."


def test_the_rule_sees_what_is_not_bounded():
    loose = [
        serializers.CharField(),
        serializers.ListField(child=serializers.IntegerField()),
        serializers.MultipleChoiceField(choices=["a"]),
        serializers.DateTimeField(),
        serializers.DateField(),
        serializers.JSONField(),
        serializers.DictField(),
        serializers.Serializer(many=True),
        serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True),
    ]
    assert not any(map(is_bounded, loose))


def test_every_filter_of_the_api_is_bounded():
    loose = []
    for kind in (one for one in below(FilterSet) if one.__module__ == filters.__name__):
        for name, narrow in kind.base_filters.items():
            field = narrow.field
            if isinstance(narrow, BaseCSVFilter):
                loose += [] if narrow.base_field_class is filters._BoundedCSVField else [f"{kind.__name__}.{name}"]
            elif isinstance(field, forms.CharField):
                loose += [] if field.max_length else [f"{kind.__name__}.{name}"]
    assert loose == [], "Give a text a max_length, a list of words ChoiceListFilter."


def forms_of_the_console() -> list[type[forms.BaseForm]]:
    for module in pkgutil.iter_modules(console.forms.__path__, "console.forms."):
        importlib.import_module(module.name)
    kinds = [one for one in below(forms.BaseForm) if one.__module__.startswith("console.forms.")]
    return sorted({*kinds} - {NewPasswordForm}, key=lambda one: one.__name__)  # it adds its validators as it is made


@pytest.mark.parametrize("kind", forms_of_the_console(), ids=lambda one: one.__name__)
def test_every_field_of_the_console_is_bounded(kind):
    loose = []
    for name, field in kind.base_fields.items():
        if isinstance(field, forms.CharField):
            loose += [] if field.max_length else [name]
        elif isinstance(field, forms.DateField | forms.DateTimeField | forms.SplitDateTimeField):
            loose += [] if validate_range in field.validators else [name]
        elif isinstance(field, forms.IntegerField):
            loose += [] if field.max_value is not None else [name]
        else:
            loose += [name] if isinstance(field, forms.MultipleChoiceField | forms.JSONField) else []
    assert loose == [], "Give a text max_length, a number max_value, a day or instant validators=[validate_range]."


@pytest.mark.parametrize("column", [models.DateTimeField(), models.DateField()])
def test_every_day_of_the_administration_is_bounded(column):
    column.set_attributes_from_name("at")
    ours = [one for one in admin.site._registry.values() if type(one).__module__.startswith("support_management.")]
    assert ours
    for door in ours:
        assert isinstance(door, EditableAdmin)
        assert validate_range in door.formfield_for_dbfield(column, None).validators
