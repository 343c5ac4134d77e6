"""Forms of the workload board."""

from django import forms

from console import access
from support_management.core.errors import Invalid
from support_management.people.assignment_rules import REASON_LIMIT

MAX_OPEN = 50
"""Agents whose work one address may show."""


class BoardForm(forms.Form):
    """`?ticket=T-10482` shows the routing preview of this ticket."""

    ticket = forms.RegexField(regex=r"^T-[0-9]{1,15}\Z", max_length=20, required=False)


def keys(values: list[str]) -> list[int]:
    """The primary keys in a query string, at most 50; other values are ignored."""
    return [int(value) for value in dict.fromkeys(values) if access.is_key(value)][:MAX_OPEN]


class MoveForm(forms.Form):
    """`to` is a key, or "nobody" to unassign. `above`: also above capacity."""

    to = forms.CharField(required=False, max_length=20)
    reason = forms.CharField(required=False, max_length=REASON_LIMIT)
    above = forms.BooleanField(required=False)

    def clean_to(self):
        word = self.cleaned_data["to"]
        if word == "nobody":
            return None
        agent = access.agent_by_pk(int(word)) if access.is_key(word) else None
        if agent is None:
            raise forms.ValidationError("Choose an assignee." if not word else "This person cannot be assigned work.")
        return agent


def not_empty[T](selected: list[T]) -> list[T]:
    """The selected rows. Raises Invalid when there are none."""
    if not selected:
        raise Invalid("nothing_picked", "Select at least one item first.")
    return selected
