"""Payment issues and their steps: read here, changed on their pages, where their rules hold."""

from django.contrib import admin

from support_management.admin.base import ReadOnlyAdmin, ReadOnlyInline, money
from support_management.admin.filters import AgentFilter, OpenFilter
from support_management.admin.work import ClockInline
from support_management.models import PaymentIssueLog, PaymentIssueStep


class PaymentStepInline(ReadOnlyInline):
    model = PaymentIssueStep
    fields = ("at", "kind", "outcome", "failure_code", "by", "next_step_at", "note")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by").order_by("-pk")


@admin.register(PaymentIssueLog)
class PaymentIssueAdmin(ReadOnlyAdmin):
    inlines = (ClockInline, PaymentStepInline)
    list_display = (
        "number",
        "order",
        "issue_type",
        "status",
        money("amount"),
        "assignee",
        "escalated_to",
        "next_step_at",
        "reported_at",
    )
    list_filter = (OpenFilter, "status", "issue_type", "priority", AgentFilter)
    list_select_related = ("order", "assignee", "escalated_to")
    search_fields = ("number__istartswith", "order__reference", "order__client__name")
    ordering = ("-pk",)


@admin.register(PaymentIssueStep)
class PaymentStepAdmin(ReadOnlyAdmin):
    list_display = ("at", "issue", "kind", "outcome", "failure_code", "by", "next_step_at")
    list_filter = ("kind", "outcome")
    list_select_related = ("issue", "by")
    search_fields = ("issue__number__istartswith", "issue__order__reference")
    ordering = ("-pk",)
