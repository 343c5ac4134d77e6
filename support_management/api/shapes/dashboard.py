"""Boards and figures, as they go out."""

from rest_framework import serializers

from support_management.api.fields import Input, Instant, PersonShape
from support_management.api.shapes.tickets import PRIORITIES, TicketShape
from support_management.disputes.status import Reason
from support_management.disputes.status import Status as DisputeStatus
from support_management.sla.models import Kind, Metric, OrderDisputeSLA
from support_management.tickets.status import Status


class FiguresShape(serializers.Serializer):
    """The agent's own board figures."""

    agent = PersonShape()
    tickets_handled = serializers.IntegerField()
    tickets_pending = serializers.IntegerField()
    disputes_handled = serializers.IntegerField()
    disputes_open = serializers.IntegerField()
    orders_managed = serializers.IntegerField()
    escalated = serializers.IntegerField()
    overdue = serializers.IntegerField()
    flagged = serializers.IntegerField()
    resolved_today = serializers.IntegerField()
    sla_met = serializers.IntegerField()
    sla_breached = serializers.IntegerField()
    sla_compliance_percent = serializers.FloatField(allow_null=True)
    updated_at = Instant()


class OwnTicketsShape(serializers.Serializer):
    """Open work: own first, then in work order. `total_open` counts all of it that the caller may see."""

    tickets = TicketShape(many=True)
    count = serializers.IntegerField()
    total_open = serializers.IntegerField()
    total_assigned_to_me = serializers.IntegerField()


class QueueCountsShape(serializers.Serializer):
    """Exact, also beyond the rows shown."""

    unassigned = serializers.IntegerField()
    my_assigned = serializers.IntegerField()
    high_priority = serializers.IntegerField()
    overdue = serializers.IntegerField()


class QueueShape(serializers.Serializer):
    """The first rows of each lane of the queue board, in work order."""

    unassigned_tickets = TicketShape(many=True)
    my_assigned_tickets = TicketShape(many=True)
    high_priority_tickets = TicketShape(many=True)
    overdue_tickets = TicketShape(many=True)
    counts = QueueCountsShape()


class TrackerShape(serializers.Serializer):
    """Lifetime totals of an agent."""

    tickets_handled = serializers.IntegerField()
    disputes_handled = serializers.IntegerField()
    orders_managed = serializers.IntegerField()
    last_activity = Instant(allow_null=True)


class WorkloadShape(serializers.Serializer):
    """The caller's own load and figures of the last 30 days; null where there is nothing to take a share of."""

    current_ticket_load = serializers.IntegerField()
    average_response_time_hours = serializers.FloatField(allow_null=True)
    resolution_rate_percent = serializers.FloatField(allow_null=True)
    tickets_resolved_today = serializers.IntegerField()
    tickets_resolved_this_week = serializers.IntegerField()
    tickets_resolved_this_month = serializers.IntegerField()
    sla_compliance_rate_percent = serializers.FloatField(allow_null=True)
    workload_tracker = TrackerShape()


class BreachedTicketShape(serializers.Serializer):
    """Enough of the ticket to know it by."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    type = serializers.SlugField(source="type.slug")
    assignee = PersonShape(allow_null=True)


class BreachedDisputeShape(serializers.Serializer):
    """The same of a dispute."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    order = serializers.IntegerField(source="order_id")
    reason = serializers.ChoiceField(choices=Reason.choices)
    status = serializers.ChoiceField(choices=DisputeStatus.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    assignee = PersonShape(allow_null=True)


class BreachShape(serializers.Serializer):
    """A promise that was missed and is still open: to a ticket or to a dispute, as `kind` says; the other is null."""

    id = serializers.IntegerField()
    metric = serializers.ChoiceField(choices=Metric.choices)
    state = serializers.ChoiceField(choices=OrderDisputeSLA.State.choices)
    due_at = Instant()
    breached_at = Instant(allow_null=True)
    kind = serializers.ChoiceField(choices=[Kind.TICKET, Kind.DISPUTE])
    ticket = BreachedTicketShape(allow_null=True)
    dispute = BreachedDisputeShape(allow_null=True)


class BreachesShape(serializers.Serializer):
    """The longest overdue first. `count` counts all of them, also beyond `limit`."""

    breaches = BreachShape(many=True)
    count = serializers.IntegerField()


class NothingInput(Input):
    """An operation that takes nothing."""
