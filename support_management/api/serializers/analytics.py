"""Input and output of SLA compliance."""

from rest_framework import serializers

from support_management.analytics import periods
from support_management.analytics.compliance import BY
from support_management.analytics.periods import PER, Period
from support_management.api.fields import DayField, InputSerializer


class ComplianceInput(InputSerializer):
    """What is not asked for is as usual: the last 30 days, day by day, by policy."""

    since = DayField(required=False)
    until = DayField(required=False)
    per = serializers.ChoiceField(choices=PER, default="day")
    by = serializers.ChoiceField(choices=list(BY), default="policy")

    def period(self) -> Period:
        """The period of valid input, in the caller's time zone. Invalid for reversed, distant or too long periods."""
        values = self.validated_data
        first, last = values.get("since"), values.get("until")
        context = {"moment": self.context["moment"], "zone": self.context["zone"]}
        return periods.with_defaults(first=first, last=last, per=values["per"], **context)


class TallyShape(serializers.Serializer):
    """`compliance_percent` is met ÷ (met + breached), null without targets; `breach_minutes` are business minutes."""

    met = serializers.IntegerField()
    breached = serializers.IntegerField()
    n = serializers.IntegerField()
    compliance_percent = serializers.FloatField(source="percent", allow_null=True)
    breach_minutes = serializers.IntegerField()


class StepShape(TallyShape):
    """A day, week or month, both days inclusive, with its figures."""

    since = serializers.DateField()
    until = serializers.DateField()

    def to_representation(self, instance):
        step, tally = instance
        return {"since": step.first.isoformat(), "until": step.last.isoformat()} | TallyShape(tally).data


class GroupShape(serializers.Serializer):
    """One policy, metric, priority, website or agent. `key` is its id or word; null for none."""

    key = serializers.JSONField(allow_null=True)
    name = serializers.CharField()
    now = TallyShape(source="tally")
    before = TallyShape()
    open_breached = serializers.IntegerField()


class ComplianceShape(serializers.Serializer):
    """Targets completed in the period. `open_breached` are breached and still open now."""

    since = serializers.DateField(source="period.first")
    until = serializers.DateField(source="period.last")
    time_zone = serializers.CharField(source="period.zone.key")
    per = serializers.CharField(source="period.per")
    by = serializers.CharField()
    total = TallyShape()
    before = TallyShape()
    change_points = serializers.FloatField(allow_null=True)
    open_breached = serializers.IntegerField()
    series = StepShape(many=True)
    groups = GroupShape(many=True)
