"""Input and output of SLA clocks and their history."""

from datetime import timedelta

from rest_framework import serializers

from support_management.api.fields import (
    InputSerializer,
    InstantField,
    PersonShape,
    StrictIntegerField,
    StrictTextField,
)
from support_management.api.serializers.tickets import PRIORITIES
from support_management.disputes.status import Reason
from support_management.disputes.status import Status as DisputeStatus
from support_management.orders.status import Status as OrderStatus
from support_management.payment_issues.status import IssueType
from support_management.payment_issues.status import Status as PaymentIssueStatus
from support_management.sla.clock import elapsed
from support_management.sla.lifecycle.extension import MOST_MINUTES, REASON_LIMIT
from support_management.sla.models import Metric, OrderDisputeSLA, SLAEvent, WorkKind
from support_management.tickets.status import Status as TicketStatus

_SECOND = timedelta(seconds=1)


def with_elapsed(rows: list[OrderDisputeSLA]) -> list[OrderDisputeSLA]:
    """The clocks with elapsed and remaining business seconds set. One query; none without clocks."""
    elapsed_by_clock = elapsed.of(rows) if rows else {}
    for row in rows:
        row.elapsed_business_seconds = elapsed_by_clock[row.pk].served // _SECOND  # type: ignore[attr-defined]
        row.remaining_business_seconds = row.target_seconds - row.elapsed_business_seconds  # type: ignore[attr-defined]
    return rows


class SLAClockShape(serializers.Serializer):
    """An SLA clock of one item. Seconds are business time; the remainder is negative when overdue."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=WorkKind.choices)
    object_id = serializers.IntegerField()
    number = serializers.CharField()
    metric = serializers.ChoiceField(choices=Metric.choices)
    state = serializers.ChoiceField(choices=OrderDisputeSLA.State.choices)
    started_at = InstantField()
    due_at = InstantField()
    paused_at = InstantField(allow_null=True)
    breached_at = InstantField(allow_null=True)
    completed_at = InstantField(allow_null=True)
    elapsed_business_seconds = serializers.IntegerField()
    remaining_business_seconds = serializers.IntegerField()
    policy = serializers.IntegerField(source="policy_id")
    policy_version = serializers.IntegerField()
    assignee = PersonShape(allow_null=True)

    def to_representation(self, instance):
        work = instance.work
        instance.object_id = work.pk
        instance.number = getattr(work, "number", "") or getattr(work, "reference", "")
        instance.assignee = getattr(work, "assignee", None)  # orders have no assignee
        return super().to_representation(instance)


class LateTicketShape(serializers.Serializer):
    """The ticket of a breached clock."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=TicketStatus.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    type = serializers.SlugField(source="type.slug")
    assignee = PersonShape(allow_null=True)


class LateDisputeShape(serializers.Serializer):
    """The dispute of a breached clock."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    order = serializers.IntegerField(source="order_id")
    reason = serializers.ChoiceField(choices=Reason.choices)
    status = serializers.ChoiceField(choices=DisputeStatus.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    assignee = PersonShape(allow_null=True)


class LateOrderShape(serializers.Serializer):
    """The order of a breached clock."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")


class LatePaymentIssueShape(serializers.Serializer):
    """The payment issue of a breached clock."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    order = serializers.IntegerField(source="order_id")
    issue_type = serializers.ChoiceField(choices=IssueType.choices)
    status = serializers.ChoiceField(choices=PaymentIssueStatus.choices)
    priority = serializers.ChoiceField(choices=PRIORITIES, source="priority_word")
    assignee = PersonShape(allow_null=True)


class ClockOfWorkShape(SLAClockShape):
    """A clock with the work that it belongs to, as `kind` says; the others are null."""

    ticket = LateTicketShape(allow_null=True)
    dispute = LateDisputeShape(allow_null=True)
    order = LateOrderShape(allow_null=True)
    payment = LatePaymentIssueShape(allow_null=True)


class BreachesShape(serializers.Serializer):
    """Breached and open, longest overdue first; then the next to breach. `count` counts all breached."""

    breaches = ClockOfWorkShape(many=True)
    upcoming = ClockOfWorkShape(many=True)
    count = serializers.IntegerField()


class SLAEventShape(serializers.Serializer):
    """`at` is when it was due, `fired_at` when it was recorded, `due_at` the due time then."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=SLAEvent.Kind.choices)
    at = InstantField()
    fired_at = InstantField()
    due_at = InstantField()
    threshold = serializers.CharField()
    cause = serializers.CharField()
    actor = PersonShape(allow_null=True)


class ExtendInput(InputSerializer):
    """Business minutes to add, and the reason."""

    example = {"minutes": 60, "reason": "The courier is on strike."}

    minutes = StrictIntegerField(min_value=1, max_value=MOST_MINUTES)
    reason = StrictTextField(max_length=REASON_LIMIT)
