"""Filters of the list of tickets. They come from its address, so that a list can be kept and sent on."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from support_management.core.errors import DeskError
from support_management.core.priority import Priority
from support_management.core.time import now
from support_management.people.models import User, Website
from support_management.tickets.filters import SORTS
from support_management.tickets.models import TicketType
from support_management.tickets.status import Status

NOBODY = "nobody"
PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
_PERIOD_WORDS = [("", "Any time"), ("day", "Last 24 hours"), ("week", "Last 7 days"), ("month", "Last 30 days")]
_OPEN, _NOT_OPEN = "open_all", "done_all"
_STATUSES = [("", "All statuses"), (_OPEN, "Not resolved"), (_NOT_OPEN, "Resolved or closed"), *Status.choices]
_LARGEST = 2**63 - 1


class PersonField(forms.CharField):
    """A person by id, user name or e-mail address, among those whom the viewer knows."""

    people: QuerySet[User] = User.objects.none()

    def clean(self, value):
        typed = super().clean(value).strip()
        if not typed:
            return None
        if typed.isascii() and typed.isdigit():
            person = self.people.filter(pk=int(typed)).first() if int(typed) <= _LARGEST else None
        else:
            known = User.objects.who_signs_in(typed)
            person = self.people.filter(pk=known.pk).first() if known else None
        if person is None:
            raise ValidationError("No customer with this e-mail address or id.")
        return person


class TicketListForm(forms.Form):
    """Values that no field offers are ignored, except a customer who is not found: then the list is empty."""

    status = forms.ChoiceField(choices=_STATUSES, required=False)
    queue = forms.ModelChoiceField(
        TicketType.objects.all(), to_field_name="slug", required=False, empty_label="All queues"
    )
    assignee = forms.ChoiceField(required=False)
    requester = PersonField(label="Customer", required=False, max_length=254)
    tag = forms.CharField(required=False, max_length=40)
    website = forms.ModelChoiceField(Website.objects.all(), required=False, empty_label="All websites")
    priority = forms.TypedChoiceField(
        choices=[("", "All priorities"), *Priority.choices], coerce=int, empty_value=None, required=False
    )
    updated = forms.ChoiceField(choices=_PERIOD_WORDS, required=False)
    breached = forms.ChoiceField(
        label="SLA", choices=[("", "Any"), ("yes", "Breached"), ("no", "Not breached")], required=False
    )
    sort = forms.ChoiceField(choices=[(slug, order.name) for slug, order in SORTS.items()], required=False)
    order = forms.IntegerField(required=False, min_value=1, max_value=_LARGEST, widget=forms.HiddenInput)

    def __init__(self, *args, agents: QuerySet[User], people: QuerySet[User], **options):
        super().__init__(*args, **options)
        names = [(str(user.pk), str(user)) for user in agents]
        self.fields["assignee"].choices = [("", "Anybody"), (NOBODY, "Unassigned"), *names]  # type: ignore[attr-defined]
        self.fields["requester"].people = people  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.widget.attrs["class"] = "input input-s"
        self.is_valid()

    @property
    def order_of_list(self) -> str:
        return self.cleaned_data.get("sort") or next(iter(SORTS))

    @property
    def conditions(self) -> dict | None:
        """Keyword arguments of `filters.narrowed`; None when the customer was not found."""
        if "requester" in self.errors:
            return None
        given = self.cleaned_data.get
        status, assignee, period, late = (given(name) for name in ("status", "assignee", "updated", "breached"))
        return {
            "status": None if status in (_OPEN, _NOT_OPEN) else status or None,
            "is_open": {_OPEN: True, _NOT_OPEN: False}.get(status or ""),
            "type": given("queue"),
            "assignee": int(assignee) if assignee and assignee != NOBODY else None,
            "assignee__isnull": True if assignee == NOBODY else None,
            "requester": given("requester"),
            "website": given("website"),
            "priority": given("priority"),
            "order": given("order"),
            "tag": given("tag") or "",
            "updated_since": now() - PERIODS[period] if period else None,
            "is_breached": {"yes": True, "no": False}.get(late or ""),
        }

    @property
    def query(self) -> dict[str, str]:
        """The filters as they stand in the address."""
        return {name: self.data[name] for name in self.fields if self.data.get(name) and name not in self.errors}

    @property
    def place(self) -> tuple | None:
        """Where the page begins; a place of another order is ignored."""
        try:
            return SORTS[self.order_of_list].keyset.decode(self.data["after"]) if self.data.get("after") else None
        except DeskError:
            return None
