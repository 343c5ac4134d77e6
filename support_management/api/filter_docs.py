"""Describes list filters in the OpenAPI document with the bounds that they have."""

from django import forms
from django_filters import BaseCSVFilter
from drf_spectacular.contrib.django_filters import DjangoFilterExtension

from support_management.api.filters import MOST_WORDS, BooleanChoiceFilter, InstantFilter


class FilterParameters(DjangoFilterExtension):
    """In place of the package's own, which guesses types from the columns and knows no bounds."""

    priority = 1

    def get_schema_operation_parameters(self, auto_schema, *args, **kwargs):
        filters = auto_schema.view.filterset_class.base_filters if auto_schema.view.filterset_class else {}
        return [_parameter(name, narrow) for name, narrow in filters.items()]


def _parameter(name: str, narrow) -> dict:
    parameter = {"name": name, "in": "query", "required": False, "schema": schema_of(narrow)}
    if isinstance(narrow, BaseCSVFilter):
        parameter |= {"style": "form", "explode": False}
    description = narrow.extra.get("help_text") or (type(narrow).__doc__ or "").partition("\n")[0]
    return parameter | (
        {"description": description} if type(narrow).__module__.startswith("support_management") else {}
    )


def schema_of(narrow) -> dict:
    """What a filter takes."""
    if isinstance(narrow, BaseCSVFilter):
        words = [str(word) for word, _ in narrow.extra["choices"]]
        return {"type": "array", "items": {"type": "string", "enum": words}, "maxItems": MOST_WORDS}
    if isinstance(narrow, BooleanChoiceFilter):
        return {"type": "boolean"}
    if isinstance(narrow, InstantFilter):
        return {"type": "string", "format": "date-time"}
    field = narrow.field
    if isinstance(field, forms.IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    pattern = {"pattern": "^[-a-zA-Z0-9_]+$"} if isinstance(field, forms.SlugField) else {}
    return {"type": "string", "maxLength": field.max_length} | pattern
