"""Reads validated form input; the base form of writes."""

from collections.abc import Callable
from typing import Any

from django import forms

from support_management.core.errors import Invalid


class PlaceField(forms.Field):
    """A place in a list, encoded by its keyset; None when empty. Raises DeskError `bad_key` for other text."""

    def __init__(self, decode: Callable[[str], Any]):
        super().__init__(required=False)
        self._decode = decode

    def clean(self, value):
        return self._decode(value) if value else None


def clean(form: forms.Form) -> dict:
    """The valid fields; invalid ones are ignored. For query strings."""
    form.is_valid()
    return form.cleaned_data


class WriteForm(forms.Form):
    """A change of a ticket or dispute: `version` is the one that the person saw, if any."""

    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)


def read(form: forms.Form) -> dict:
    """The validated fields. Raises Invalid, which names the first invalid field."""
    if form.is_valid():
        return form.cleaned_data
    field, errors = next(iter(form.errors.get_json_data().items()))
    label = "" if field == "__all__" else f"{form.fields[field].label or field.replace('_', ' ').capitalize()}: "
    raise Invalid("not_valid", f"{label}{errors[0]['message']}", field=None if field == "__all__" else field)
