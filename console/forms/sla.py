"""Filters, paging and bulk actions of the SLA board."""

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
MAX_SELECTED = 150
_MAX_KEY = 2**63 - 1
_PICK = re.compile(r"(ticket|dispute|order|payment)-([0-9]{1,18})-([0-9]{1,18})\.([0-9]{1,9})")


class NarrowForm(forms.Form):
    """`?kind=ticket&queue=payment&owner=none`. Invalid values are ignored."""

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
        """The valid filters."""
        self.is_valid()
        values = self.cleaned_data
        owner = values.get("owner") or ""
        return BoardFilter(
            kind=values.get("kind") or "",
            metric=values.get("metric") or "",
            priority=PRIORITY_RANKS.get(values.get("priority") or ""),
            website=_key(values.get("website")),
            queue=_key(values.get("queue")),
            owner=filters.NOBODY if owner == "none" else int(owner) if owner else None,
        )

    @property
    def query(self) -> dict[str, str]:
        """The valid filters as a query string."""
        self.is_valid()
        return {name: self.data[name] for name in self.fields if self.cleaned_data.get(name)}


def _key(row) -> int | None:
    return row.pk if row else None


class MoreClocksForm(forms.Form):
    """`?list=next&after=…`: paging of one list."""

    list = forms.ChoiceField(choices=[(slug, slug) for slug in ("late", "next", "paused", "none")], required=False)
    after = forms.CharField(max_length=60, required=False)


class ActForm(forms.Form):
    """A bulk action on the selected rows."""

    act = forms.ChoiceField(
        label="Action",
        choices=ACTS,
        error_messages={"required": "Choose an action.", "invalid_choice": "Choose an action."},
    )
    minutes = forms.IntegerField(required=False, min_value=1, max_value=extension.MOST_MINUTES)
    assignee = forms.IntegerField(required=False, min_value=1, max_value=_MAX_KEY)
    reason = forms.CharField(required=False, max_length=extension.REASON_LIMIT)

    def clean(self):
        values = super().clean() or {}
        if values.get("act") == "extend" and "minutes" in values and not values["minutes"]:
            self.add_error("minutes", "Enter the number of minutes.")
        if values.get("act") == "extend" and "reason" in values and not values["reason"]:
            self.add_error("reason", "Enter a reason for the extension.")
        if values.get("act") == "assign" and "assignee" in values and not values["assignee"]:
            self.add_error("assignee", "Choose an assignee.")
        return values


def picked(values: list[str]) -> list[tuple[str, int, int, int]]:
    """(kind, key, clock, version) of each selected row; clock 0: none. Raises Invalid for too many rows."""
    if len(values) > MAX_SELECTED:
        raise Invalid("too_many", f"Select at most {MAX_SELECTED} items.")
    matches = [_PICK.fullmatch(value) for value in dict.fromkeys(values)]
    return [(match[1], int(match[2]), int(match[3]), int(match[4])) for match in matches if match]
