"""Disputes and their decisions."""

from django.contrib import admin

from support_management.admin.base import EditableAdmin, ReadOnlyAdmin, ReadOnlyInline, each, money
from support_management.admin.filters import AgentFilter, OpenFilter
from support_management.admin.forms.work import DisputeForm
from support_management.admin.work import ClockInline, WorkAdmin
from support_management.core.locking import edit
from support_management.disputes import lifecycle
from support_management.disputes.status import OUTCOMES
from support_management.models import Dispute, DisputeParticipation, DisputeResolutionLog, DisputeWeight
from support_management.people.models import User

REFUND = money("refund_amount", currency="dispute.currency")


class ResolutionLogInline(ReadOnlyInline):
    model = DisputeResolutionLog
    fields = ("at", "decision", "decided_by", REFUND, "notes")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("decided_by", "dispute__order")


@admin.register(Dispute)
class DisputeAdmin(WorkAdmin):
    form = DisputeForm
    inlines = (ClockInline, ResolutionLogInline)
    list_display = (
        "number",
        "order",
        "reason",
        "status",
        "assignee",
        money("amount_at_risk"),
        "next_due_at",
        "external_deadline",
    )
    list_filter = (OpenFilter, "status", "reason", "priority", AgentFilter)
    list_select_related = ("order", "assignee")
    search_fields = ("number__istartswith", "order__reference", "order__title")
    ordering = ("-pk",)
    autocomplete_fields = ("order", "assignee")
    actions = ("assign", "release", "review")
    readonly_fields = ("number", "order", "raised_by", "next_due_at", "due_state", "resolved_at", "created_at")
    fieldsets = (
        (None, {"fields": ("number", "order", "raised_by", "reason", "amount_at_risk")}),
        ("Details", {"fields": ("assignee", "priority", "external_deadline", "version_seen")}),
        ("Decision", {"fields": ("status", "notes", "refund", "order_status")}),
        ("Read only", {"fields": ("next_due_at", "due_state", "resolved_at", "created_at")}),
    )
    add_fieldsets = ((None, {"fields": ("order", "reason", "amount_at_risk", "external_deadline")}),)

    def save_model(self, request, obj, form, change):
        if change:
            self._edit(request, obj, form)
        else:
            obj.pk = _open(form.cleaned_data, by=request.user).pk

    def _edit(self, request, obj, form):
        edits, version = form.edits, form.cleaned_data.get("version_seen")
        if "assignee" in edits:
            lifecycle.assign(dispute=obj.pk, to=edits.pop("assignee"), by=request.user, version=version)
            version = None
        if "status" in edits:
            _move(obj.pk, edits.pop("status"), form.cleaned_data, by=request.user, version=version)
            version = None
        plain = {name: value for name, value in edits.items() if name not in ("notes", "refund", "order_status")}
        if plain:
            self.audit_edit(request, edit(obj, plain, version), form, True)

    def assign_row(self, row, *, to, by):
        lifecycle.assign(dispute=row.pk, to=to, by=by)

    @admin.action(description="Start review")
    def review(self, request, queryset):
        each(
            request,
            queryset,
            lambda row: lifecycle.advance(dispute=row.pk, status="under_review", by=request.user),
            "under review",
        )


def _open(values: dict, *, by: User) -> Dispute:
    return lifecycle.open_dispute(
        order=values["order"].pk,
        by=by,
        reason=values["reason"],
        amount=values["amount_at_risk"],
        external_deadline=values["external_deadline"],
    )


def _move(pk: int, status: str, values: dict, *, by: User, version: int | None) -> None:
    if status in OUTCOMES:
        decision = {name: values[name] for name in ("notes", "refund", "order_status")}
        lifecycle.resolve(dispute=pk, outcome=status, by=by, version=version, **decision)
    else:
        lifecycle.advance(dispute=pk, status=status, by=by, version=version)


@admin.register(DisputeResolutionLog)
class DisputeResolutionAdmin(ReadOnlyAdmin):
    list_display = ("dispute", "decision", "decided_by", REFUND, "at")
    list_filter = ("decision",)
    list_select_related = ("dispute__order", "decided_by")
    search_fields = ("dispute__number__istartswith", "notes")
    ordering = ("-pk",)


@admin.register(DisputeWeight)
class DisputeWeightAdmin(EditableAdmin):
    """A change recalculates the load of open disputes."""

    list_display = ("priority", "units")
    ordering = ("priority",)


@admin.register(DisputeParticipation)
class DisputeParticipationAdmin(ReadOnlyAdmin):
    list_display = ("dispute", "user", "at")
    list_select_related = ("dispute", "user")
    search_fields = ("dispute__number__istartswith", "user__name")
    ordering = ("-pk",)
