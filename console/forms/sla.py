"""The board's filters, paging through its lists, and what is done to the clocks that were picked."""

import re

from django import forms

from support_management.core.errors import Invalid
from support_management.core.priority import PRIORITY_RANKS
from support_management.people.models import Website
from support_management.sla.board import filters
from support_management.sla.board.filters import BoardFilter
from support_management.sla.lifecycle import extension
from support_management.sla.models import Metric, WorkKind
from support_management.tickets.models import TicketType

ACTS = [("notify", "Notify assignee"), ("assign", "Reassign"), ("extend", "Extend")]
MOST_PICKED = 150
_LARGEST = 2**63 - 1
_PICK = re.compile(r"(ticket|dispute|order)-([0-9]{1,18})-([0-9]{1,18})\.([0-9]{1,9})")


class NarrowForm(forms.Form):
    """`?kind=ticket&queue=payment&owner=none`. What cannot be taken is as if it had not been asked."""

    kind = forms.ChoiceField(choices=[("", "All types"), *WorkKind.choices], required=False, label="Type")
    metric = forms.ChoiceField(choices=[("", "All metrics"), *Metric.choices], required=False)
    priority = forms.ChoiceField(
        choices=[("", "All priorities"), *((word, word.title()) for word in PRIORITY_RANKS)], required=False
    )
    website = forms.ModelChoiceField(Website.objects.order_by("name"), required=False, empty_label="All websites")
    queue = forms.ModelChoiceField(
        TicketType.objects.order_by("name"), to_field_name="slug", required=False, empty_label="All queues"
    )
    owner = forms.ChoiceField(required=False, label="Assignee")

    def __init__(self, *args, owners=(), **options):
        super().__init__(*args, **options)
        people = [(str(person.pk), str(person)) for person in owners]
        self.fields["owner"].choices = [("", "All assignees"), ("none", "Unassigned"), *people]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input input-s"

    @property
    def narrow(self) -> BoardFilter:
        """The part of the board that was asked for."""
        self.is_valid()
        facts = self.cleaned_data
        owner = facts.get("owner") or ""
        return BoardFilter(
            kind=facts.get("kind") or "",
            metric=facts.get("metric") or "",
            priority=PRIORITY_RANKS.get(facts.get("priority") or ""),
            website=_key(facts.get("website")),
            queue=_key(facts.get("queue")),
            owner=filters.NOBODY if owner == "none" else int(owner) if owner else None,
        )

    @property
    def query(self) -> dict[str, str]:
        """What was asked and can be taken, as an address says it."""
        self.is_valid()
        return {name: self.data[name] for name in self.fields if self.cleaned_data.get(name)}


def _key(row) -> int | None:
    return row.pk if row else None


class MoreClocksForm(forms.Form):
    """`?list=next&after=…`: which list is shown from where."""

    list = forms.ChoiceField(choices=[(slug, slug) for slug in ("late", "next", "paused", "none")], required=False)
    after = forms.CharField(max_length=60, required=False)


class ActForm(forms.Form):
    """One thing done to everything picked."""

    act = forms.ChoiceField(
        label="Action",
        choices=ACTS,
        error_messages={"required": "Choose an action.", "invalid_choice": "Choose an action."},
    )
    minutes = forms.IntegerField(required=False, min_value=1, max_value=extension.MOST_MINUTES)
    assignee = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST)
    reason = forms.CharField(required=False, max_length=extension.REASON_LIMIT)

    def clean(self):
        facts = super().clean() or {}
        if facts.get("act") == "extend" and "minutes" in facts and not facts["minutes"]:
            self.add_error("minutes", "Enter the number of minutes.")
        if facts.get("act") == "extend" and "reason" in facts and not facts["reason"]:
            self.add_error("reason", "Enter a reason for the extension.")
        if facts.get("act") == "assign" and "assignee" in facts and not facts["assignee"]:
            self.add_error("assignee", "Choose an assignee.")
        return facts


def picked(values: list[str]) -> list[tuple[str, int, int, int]]:
    """(kind, work, clock, version) of each box that was ticked; clock 0 where none runs. Invalid: too many."""
    if len(values) > MOST_PICKED:
        raise Invalid("too_many", f"Select at most {MOST_PICKED} items.")
    found = [_PICK.fullmatch(value) for value in dict.fromkeys(values)]
    return [(one[1], int(one[2]), int(one[3]), int(one[4])) for one in found if one]
