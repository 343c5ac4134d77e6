"""What the workload board is asked for, and what a lead does from it."""

from django import forms

from console import access
from support_management.core.errors import Invalid
from support_management.people.owner_changes import REASON_LIMIT

MOST_OPEN = 50
"""Lines whose work one address may open."""


class BoardForm(forms.Form):
    """`?ticket=T-10482` asks who would get it now."""

    ticket = forms.RegexField(regex=r"^T-[0-9]{1,15}\Z", max_length=20, required=False)


def keys(values: list[str]) -> list[int]:
    """The primary keys among what an address names; the rest is as if it had not been said."""
    return [int(value) for value in dict.fromkeys(values) if access.is_key(value)][:MOST_OPEN]


class MoveForm(forms.Form):
    """`to` is a key, or "nobody": back to the queue. `above`: also over their capacity."""

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


def some[T](picked: list[T]) -> list[T]:
    """What was picked; Invalid when it is nothing."""
    if not picked:
        raise Invalid("nothing_picked", "Select at least one item first.")
    return picked
