"""Output of boards and figures."""

from rest_framework import serializers

from support_management.api.fields import AmountShape, InputSerializer, InstantField, PersonShape
from support_management.api.serializers.orders import OrderShape
from support_management.api.serializers.tickets import TicketShape
from support_management.orders.money.status import State


class FiguresShape(serializers.Serializer):
    """An agent's own figures."""

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
    updated_at = InstantField()


class OwnTicketsShape(serializers.Serializer):
    """Open tickets, own first, then by priority. `total_open` counts all the caller has access to."""

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
    """The first rows of each lane of the queue board, by priority."""

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
    last_activity = InstantField(allow_null=True)


class WorkloadShape(serializers.Serializer):
    """The caller's load and figures of the last 30 days; shares are null without data."""

    current_ticket_load = serializers.IntegerField()
    average_response_time_hours = serializers.FloatField(allow_null=True)
    resolution_rate_percent = serializers.FloatField(allow_null=True)
    tickets_resolved_today = serializers.IntegerField()
    tickets_resolved_this_week = serializers.IntegerField()
    tickets_resolved_this_month = serializers.IntegerField()
    sla_compliance_rate_percent = serializers.FloatField(allow_null=True)
    workload_tracker = TrackerShape()


class NothingInput(InputSerializer):
    """An operation that takes nothing."""


class OrderListShape(serializers.Serializer):
    """How many orders there are, and the newest ten."""

    count = serializers.IntegerField()
    orders = OrderShape(many=True)


class RefundShape(serializers.Serializer):
    """A refund that the shop has not confirmed. `reason`: that of its dispute, else its kind; `status`: its state."""

    id = serializers.IntegerField()
    order_id = serializers.IntegerField()
    amount = AmountShape()
    reason = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=State.choices, source="state")
    created_at = InstantField()

    def get_reason(self, row) -> str:
        return row.dispute.get_reason_display() if row.dispute else row.get_kind_display()


class RefundListShape(serializers.Serializer):
    """How many refunds are pending, and the newest ten."""

    count = serializers.IntegerField()
    refunds = RefundShape(many=True)


class AttentionSummaryShape(serializers.Serializer):
    """Orders in any of the lists, each counted once."""

    total_requiring_attention = serializers.IntegerField()


class OrderAttentionShape(serializers.Serializer):
    """Orders that need attention, newest first."""

    disputed_orders = OrderListShape()
    payment_issue_orders = OrderListShape()
    pending_refunds = RefundListShape()
    orders_with_tickets = OrderListShape()
    summary = AttentionSummaryShape()
