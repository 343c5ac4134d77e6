"""List filters: equality, one of several values, a moment, or words."""

from django import forms
from django.db.models import Q
from django_filters import rest_framework as filters
from django_filters.fields import BaseCSVField
from django_filters.widgets import BaseCSVWidget
from rest_framework.exceptions import ValidationError

from support_management.api.fields import LARGEST_ID, InstantField
from support_management.core.priority import PRIORITY_RANKS
from support_management.disputes.models import Dispute
from support_management.disputes.status import Status as DisputeStatus
from support_management.notifications.models import SupportNotification
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.money.models import Kind
from support_management.orders.money.status import State
from support_management.orders.status import PaymentStatus
from support_management.orders.status import Status as OrderStatus
from support_management.people.models import SupportProfile
from support_management.routing.models import ReassignmentLog
from support_management.routing.queries import narrowed
from support_management.sla.models import Metric, OrderDisputeSLA, WorkKind
from support_management.tickets import filters as ticket_filters
from support_management.tickets.models import Ticket
from support_management.tickets.queries import search
from support_management.tickets.status import Status as TicketStatus

MOST_WORDS = 20
_UPDATED_SINCE = (
    "Changed at this instant or later. With `ordering=updated_at` a program follows all changes: read to the end, then "
    "ask again since the last `updated_at` less a minute, because a change is stamped shortly before it can be read."
)


class _RepeatedCSVWidget(BaseCSVWidget):
    def value_from_datadict(self, data, files, name):
        sent = data.getlist(name)
        return ",".join(sent).split(",") if sent else None


class _BoundedCSVField(BaseCSVField):
    """At most `MOST_WORDS`, counted before any of them is looked at."""

    base_widget_class = _RepeatedCSVWidget

    def clean(self, value):
        if value is not None and len(value) > MOST_WORDS:
            raise forms.ValidationError(f"At most {MOST_WORDS} words can be asked for.")
        return super().clean([word for word in value or () if word])


class ChoiceListFilter(filters.BaseInFilter, filters.ChoiceFilter):
    """One word or several, as `open,pending` or by repeating the parameter. Nothing between commas asks for nothing."""

    base_field_class = _BoundedCSVField

    def __init__(self, *args, **options):
        help_text = f"One or several, separated by commas or as repeated parameters; at most {MOST_WORDS}."
        super().__init__(*args, **{"help_text": help_text} | options)

    def filter(self, rows, value):
        return super().filter(rows, [self.stored(word) for word in value or ()])

    def stored(self, word):
        return word


class IdFilter(filters.Filter):
    """The id of something."""

    field_class = forms.IntegerField

    def __init__(self, *args, **options):
        super().__init__(*args, **{"min_value": 1, "max_value": LARGEST_ID} | options)


class Slug(filters.Filter):
    """The slug of a queue, or the kind of a notification."""

    field_class = forms.SlugField

    def __init__(self, *args, **options):
        super().__init__(*args, **{"max_length": 40} | options)


class BooleanChoiceFilter(filters.ChoiceFilter):
    """`true` or `false`."""

    def __init__(self, *args, **options):
        super().__init__(*args, choices=[("true", "true"), ("false", "false")], **options)

    def filter(self, rows, value):
        return super().filter(rows, value == "true") if value else rows


class PriorityFilter(ChoiceListFilter):
    """Stored as a rank, asked for by its word."""

    def __init__(self, **options):
        super().__init__(choices=[(word, word) for word in PRIORITY_RANKS], **options)

    def stored(self, word):
        return PRIORITY_RANKS[word]


class _NumberField(forms.CharField):
    def __init__(self, *, numbered, **options):
        super().__init__(max_length=40, **options)
        self.numbered = numbered

    def clean(self, value):
        typed = super().clean(value)
        number = self.numbered.number_in(typed)
        if typed and number is None:
            raise forms.ValidationError(f"Enter a number such as {self.numbered.number_prefix}-10482.")
        return number


class NumberFilter(filters.Filter):
    """The number of a ticket or dispute as people write it: `T-10482`, `t10482` or `10482`."""

    field_class = _NumberField


class _MomentField(forms.Field):
    def clean(self, value):
        try:
            return InstantField().run_validation(value) if value else None
        except ValidationError as error:
            raise forms.ValidationError([str(message) for message in error.detail]) from None


class InstantFilter(filters.Filter):
    """An instant with its zone, like 2026-11-24T12:00:00Z."""

    field_class = _MomentField


class UpdatedSinceFilter(InstantFilter):
    """Changed at this instant or later, as far as the caller can see."""

    def __init__(self):
        super().__init__(field_name="updated_at", lookup_expr="gte", help_text=_UPDATED_SINCE)

    def filter(self, rows, value):
        if value and not self.parent.request.user.is_desk:
            return rows.filter(public_updated_at__gte=value)
        return super().filter(rows, value)


class TicketFilter(filters.FilterSet):
    """`q` is a number, or words that all stand in the subject."""

    number = NumberFilter(numbered=Ticket)
    q = filters.CharFilter(method="search", max_length=100, help_text="A ticket number, or words of the subject.")
    updated_since = UpdatedSinceFilter()
    status = ChoiceListFilter(choices=TicketStatus.choices)
    priority = PriorityFilter()
    type = Slug(field_name="type__slug")
    channel = ChoiceListFilter(choices=Ticket.Channel.choices)
    tag = filters.CharFilter(method="with_tag", max_length=40)
    requester = IdFilter()
    assignee = IdFilter()
    unassigned = BooleanChoiceFilter(field_name="assignee", lookup_expr="isnull")
    website = IdFilter()
    order = IdFilter()
    dispute = IdFilter()
    is_open = BooleanChoiceFilter()
    breached = BooleanChoiceFilter(method="is_breached", help_text="Whether a target was or is missed.")

    def search(self, rows, name, text):
        return search(rows, text)

    def with_tag(self, rows, name, word):
        return ticket_filters.with_tag(rows, word)

    def is_breached(self, rows, name, value):
        return ticket_filters.breached(rows, value == "true")


class OrderFilter(filters.FilterSet):
    updated_since = UpdatedSinceFilter()
    status = ChoiceListFilter(choices=OrderStatus.choices)
    payment_status = ChoiceListFilter(choices=PaymentStatus.choices)
    priority = PriorityFilter()
    reference = filters.CharFilter(max_length=40)
    website = IdFilter()
    client = IdFilter()
    writer = IdFilter()


class MoneyEffectFilter(filters.FilterSet):
    updated_since = UpdatedSinceFilter()
    state = ChoiceListFilter(choices=State.choices)
    kind = ChoiceListFilter(choices=Kind.choices)
    order = IdFilter()
    website = IdFilter(field_name="order__website")


class OrderActionFilter(filters.FilterSet):
    action = ChoiceListFilter(choices=SupportOrderManagement.Action.choices)
    state = ChoiceListFilter(choices=SupportOrderManagement.State.choices)
    order = IdFilter()
    performed_by = IdFilter()


class DisputeFilter(filters.FilterSet):
    number = NumberFilter(numbered=Dispute)
    updated_since = UpdatedSinceFilter()
    status = ChoiceListFilter(choices=DisputeStatus.choices)
    priority = PriorityFilter()
    order = IdFilter()
    assignee = IdFilter()
    unassigned = BooleanChoiceFilter(field_name="assignee", lookup_expr="isnull")
    is_open = BooleanChoiceFilter()


class ProfileFilter(filters.FilterSet):
    status = ChoiceListFilter(choices=SupportProfile.Status.choices)
    user = IdFilter()


class LoadFilter(filters.FilterSet):
    """`agent` is the id of the person."""

    agent = IdFilter(field_name="user")


class NotificationFilter(filters.FilterSet):
    read = BooleanChoiceFilter(field_name="read_at", lookup_expr="isnull", exclude=True)
    priority = ChoiceListFilter(choices=SupportNotification.Priority.choices)
    kind = Slug()


class OpenTicketFilter(filters.FilterSet):
    """What the own tickets of the dashboard may be narrowed by."""

    status = ChoiceListFilter(choices=TicketStatus.choices)
    priority = PriorityFilter()


class ClockFilter(filters.FilterSet):
    """`assignee` owns the work; `object_id` is the key of the work, best together with `kind`."""

    state = ChoiceListFilter(choices=OrderDisputeSLA.State.choices, method="in_state")
    metric = ChoiceListFilter(choices=Metric.choices)
    kind = ChoiceListFilter(choices=WorkKind.choices, method="of_kind")
    object_id = IdFilter(field_name="ticket", method="of_object")
    assignee = IdFilter(field_name="ticket__assignee", method="of_owner")
    due_before = InstantFilter(field_name="due_at", lookup_expr="lt")

    def in_state(self, rows, name, words):
        """Only open clocks are running or paused; the extra condition lets the database use their partial index."""
        alive = {"running", "paused"}.issuperset(words)
        return rows.filter(state__in=words, is_open=True) if alive else rows.filter(state__in=words)

    def of_kind(self, rows, name, words):
        return rows.filter(_any({f"{kind}__isnull": False} for kind in words))

    def of_object(self, rows, name, key):
        return rows.filter(_any({kind: key} for kind in WorkKind.values))

    def of_owner(self, rows, name, key):
        return rows.filter(_any({f"{kind}__assignee": key} for kind in WorkKind.values if kind != WorkKind.ORDER))


class ReassignmentFilter(filters.FilterSet):
    """`agent`: it came to them or went from them. `since` and `until` are instants; `until` itself is not in it."""

    agent = IdFilter(field_name="to_agent", method="of_agent")
    cause = ChoiceListFilter(choices=ReassignmentLog.Cause.choices)
    ticket = IdFilter()
    dispute = IdFilter()
    since = InstantFilter(field_name="at", lookup_expr="gte")
    until = InstantFilter(field_name="at", lookup_expr="lt")

    def of_agent(self, rows, name, key):
        return narrowed(rows, agent=key)


def _any(choices) -> Q:
    condition = Q()
    for choice in choices:
        condition |= Q(**choice)
    return condition
