"""What lists may be narrowed by: these fields, equal or one of several words, and nothing else."""

from django import forms
from django.db.models import Q
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from support_management.api.fields import LARGEST_ID, Instant
from support_management.core.priority import PRIORITY_RANKS
from support_management.disputes.status import Status as DisputeStatus
from support_management.notifications.models import SupportNotification
from support_management.orders.status import PaymentStatus
from support_management.orders.status import Status as OrderStatus
from support_management.people.models import SupportProfile
from support_management.routing.models import ReassignmentLog
from support_management.routing.queries import narrowed
from support_management.sla.models import Kind, Metric, OrderDisputeSLA
from support_management.tickets.models import Ticket
from support_management.tickets.status import Status as TicketStatus


class Words(filters.BaseInFilter, filters.ChoiceFilter):
    """One word, or several with commas between: `open,pending`. Nothing between two commas asks for nothing."""

    def filter(self, rows, value):
        return super().filter(rows, [self.stored(word) for word in value or () if word])

    def stored(self, word):
        return word


class Whole(filters.Filter):
    """The id of something."""

    field_class = forms.IntegerField

    def __init__(self, *args, **options):
        super().__init__(*args, **{"min_value": 1, "max_value": LARGEST_ID} | options)


class Slug(filters.Filter):
    field_class = forms.SlugField


class YesNo(filters.ChoiceFilter):
    """`true` or `false`."""

    def __init__(self, *args, **options):
        super().__init__(*args, choices=[("true", "true"), ("false", "false")], **options)

    def filter(self, rows, value):
        return super().filter(rows, value == "true") if value else rows


class Priorities(Words):
    """Stored as a rank, asked for by its word."""

    def __init__(self, **options):
        super().__init__(choices=[(word, word) for word in PRIORITY_RANKS], **options)

    def stored(self, word):
        return PRIORITY_RANKS[word]


class _MomentField(forms.Field):
    def clean(self, value):
        try:
            return Instant().run_validation(value) if value else None
        except ValidationError as error:
            raise forms.ValidationError([str(said) for said in error.detail]) from None


class Moment(filters.Filter):
    """An instant with its zone, like 2026-11-24T12:00:00Z."""

    field_class = _MomentField


class TicketFilter(filters.FilterSet):
    status = Words(choices=TicketStatus.choices)
    priority = Priorities()
    type = Slug(field_name="type__slug")
    channel = Words(choices=Ticket.Channel.choices)
    tag = filters.CharFilter(field_name="tags__name", max_length=40)
    requester = Whole()
    assignee = Whole()
    unassigned = YesNo(field_name="assignee", lookup_expr="isnull")
    website = Whole()
    order = Whole()
    dispute = Whole()
    is_open = YesNo()


class OrderFilter(filters.FilterSet):
    status = Words(choices=OrderStatus.choices)
    payment_status = Words(choices=PaymentStatus.choices)
    priority = Priorities()
    reference = filters.CharFilter(max_length=40)
    website = Whole()
    client = Whole()
    writer = Whole()


class DisputeFilter(filters.FilterSet):
    status = Words(choices=DisputeStatus.choices)
    priority = Priorities()
    order = Whole()
    assignee = Whole()
    unassigned = YesNo(field_name="assignee", lookup_expr="isnull")
    is_open = YesNo()


class ProfileFilter(filters.FilterSet):
    status = Words(choices=SupportProfile.Status.choices)
    user = Whole()


class LoadFilter(filters.FilterSet):
    """`agent` is the id of the person."""

    agent = Whole(field_name="user")


class NotificationFilter(filters.FilterSet):
    read = YesNo(field_name="read_at", lookup_expr="isnull", exclude=True)
    priority = Words(choices=SupportNotification.Priority.choices)
    kind = Slug()


class OpenTicketFilter(filters.FilterSet):
    """What the own tickets of the dashboard may be narrowed by."""

    status = Words(choices=TicketStatus.choices)
    priority = Priorities()


class ClockFilter(filters.FilterSet):
    """`assignee` owns the work; `object_id` is the key of the work, best together with `kind`."""

    state = Words(choices=OrderDisputeSLA.State.choices, method="in_state")
    metric = Words(choices=Metric.choices)
    kind = Words(choices=Kind.choices, method="of_kind")
    object_id = Whole(field_name="ticket", method="of_object")
    assignee = Whole(field_name="ticket__assignee", method="of_owner")
    due_before = Moment(field_name="due_at", lookup_expr="lt")

    def in_state(self, rows, name, words):
        """Only open clocks run or stand still; to say so lets the database use the index of open ones."""
        alive = {"running", "paused"}.issuperset(words)
        return rows.filter(state__in=words, is_open=True) if alive else rows.filter(state__in=words)

    def of_kind(self, rows, name, words):
        return rows.filter(_any({f"{kind}__isnull": False} for kind in words))

    def of_object(self, rows, name, key):
        return rows.filter(_any({kind: key} for kind in Kind.values))

    def of_owner(self, rows, name, key):
        return rows.filter(_any({f"{kind}__assignee": key} for kind in (Kind.TICKET, Kind.DISPUTE)))


class ReassignmentFilter(filters.FilterSet):
    """`agent`: it came to them or went from them. `since` and `until` are instants; `until` itself is not in it."""

    agent = Whole(field_name="to_agent", method="of_agent")
    cause = Words(choices=ReassignmentLog.Cause.choices)
    ticket = Whole()
    dispute = Whole()
    since = Moment(field_name="at", lookup_expr="gte")
    until = Moment(field_name="at", lookup_expr="lt")

    def of_agent(self, rows, name, key):
        return narrowed(rows, agent=key)


def _any(choices) -> Q:
    found = Q()
    for choice in choices:
        found |= Q(**choice)
    return found
