"""Form fields of the conditions of a rule, shared by all rule forms."""

from collections.abc import Sequence
from typing import Any

from django import forms

from support_management.conditions import wording
from support_management.conditions.matching import FREE_TEXT, KEYS, listed
from support_management.core.priority import Priority
from support_management.people.models import Website
from support_management.sla.policy import notation
from support_management.tickets.models import Ticket, TicketType

_ORDER = ("kind", *(key for key in KEYS if key != "kind"))
_HELP = {
    "kind": "If nothing is selected, a condition matches everything.",
    "segment": "Customer segments, separated by commas, such as vip. Case is ignored.",
    "tag": "Matches any of these tags, separated by commas. Case is ignored.",
    "language": "Language of the customer, such as de, fr. A language includes its regions.",
    "word": "Words or phrases in the subject of a ticket. Case and accents are ignored.",
}


class ConditionsForm(forms.Form):
    """For a model with `conditions`: the fields show them, `typed_conditions` returns the input, not validated."""

    prefix_of_conditions = ""
    kinds: Sequence[tuple[str, str]] = ()
    initial: dict[str, Any]
    instance: Any

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for key, choices in self._choices().items():
            self.fields[self._name(key)].choices = choices  # type: ignore[attr-defined]
        for key in KEYS:
            values = [str(value) for value in listed(self.instance.conditions.get(key))]
            self.initial[self._name(key)] = ", ".join(values) if key in FREE_TEXT else values

    def typed_conditions(self) -> dict[str, Any]:
        """A value or a list for each key. Invalid names the field with too many parts."""
        return {key: self._typed(self._name(key), key) for key in KEYS}

    def _typed(self, name: str, key: str) -> Any:
        typed = self.cleaned_data.get(name)
        values = notation.parts_of(typed or "", field=name) if key in FREE_TEXT else typed or []
        return values[0] if len(values) == 1 else values

    def _name(self, key: str) -> str:
        return self.prefix_of_conditions + key

    def _choices(self) -> dict[str, list]:
        sites = Website.objects.order_by("name").values_list("pk", "name")
        return {
            "kind": list(self.kinds),
            "priority": [(rank.name.lower(), rank.label) for rank in Priority],
            "type": list(TicketType.objects.order_by("name").values_list("slug", "name")),
            "website": [(str(pk), name) for pk, name in sites],
            "channel": list(Ticket.Channel.choices),
        }


def condition_fields(kinds: Sequence[tuple[str, str]], *, prefix: str = "") -> type[ConditionsForm]:
    """A mixin with the condition fields for these kinds of work; `prefix` avoids clashes with fields of the model."""
    fields = {prefix + key: _field(key) for key in _ORDER}
    return type("ConditionFields", (ConditionsForm,), {"prefix_of_conditions": prefix, "kinds": kinds} | fields)


def condition_names(prefix: str = "") -> tuple[str, ...]:
    """The names of these fields, in display order."""
    return tuple(prefix + key for key in _ORDER)


def _field(key: str) -> forms.Field:
    label, hint = wording.label(key).capitalize(), _HELP.get(key, "")
    if key in FREE_TEXT:
        return forms.CharField(label=label, required=False, max_length=500, help_text=hint)
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, required=False, widget=widget, help_text=hint)
