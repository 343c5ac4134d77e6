"""Records of the system: audit, events, assignment history, dashboards, notifications, heartbeats."""

from django.contrib import admin

from support_management.admin.base import ReadOnlyAdmin
from support_management.models import (
    AssignmentDecision,
    DashboardDrift,
    DomainEvent,
    Epoch,
    Heartbeat,
    IdempotencyKey,
    NumberSequence,
    ReassignmentLog,
    RecordChangeLog,
    SLAReport,
    SupportActionLog,
    SupportDashboard,
    SupportNotification,
    WorkAttention,
)


@admin.register(SupportActionLog)
class ActionLogAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor", "verb", "object_kind", "object_id", "door", "ip")
    list_filter = ("door", "verb", "object_kind")
    list_select_related = ("actor",)
    search_fields = ("actor__name", "actor__username", "=object_id", "request_id")
    ordering = ("-pk",)
    date_hierarchy = "at"


@admin.register(RecordChangeLog)
class RecordChangeAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_name", "operation", "object_kind", "object_id", "changed", "door", "cause")
    list_filter = ("operation", "door", "object_kind")
    list_select_related = ("actor",)
    search_fields = ("=object_id", "=request_id", "actor__name", "actor__username")
    ordering = ("-pk",)
    date_hierarchy = "at"

    @admin.display(description="before → after")
    def changed(self, row):
        """Each column with its values."""
        return "; ".join(f"{name}: {before or '–'} → {after or '–'}" for name, before, after in row.values)


@admin.register(DomainEvent)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("pos", "kind", "actor_id", "door", "created_at")
    list_filter = ("kind", "door")
    search_fields = ("kind", "=pos")
    ordering = ("-pk",)


@admin.register(ReassignmentLog)
class ReassignmentAdmin(ReadOnlyAdmin):
    list_display = ("at", "ticket", "dispute", "from_agent", "to_agent", "cause", "reason", "above_capacity", "by")
    list_filter = ("cause", "above_capacity")
    list_select_related = ("ticket", "dispute", "from_agent", "to_agent", "by")
    search_fields = ("ticket__number__istartswith", "dispute__number__istartswith", "reason")
    ordering = ("-pk",)


@admin.register(AssignmentDecision)
class AssignmentDecisionAdmin(ReadOnlyAdmin):
    list_display = ("at", "ticket", "dispute", "trigger", "outcome", "chosen", "above_capacity", "by")
    list_filter = ("trigger", "outcome", "above_capacity")
    list_select_related = ("ticket", "dispute", "chosen", "by")
    search_fields = ("ticket__number__istartswith", "dispute__number__istartswith")
    ordering = ("-pk",)


@admin.register(SupportDashboard)
class DashboardAdmin(ReadOnlyAdmin):
    list_display = (
        "agent",
        "tickets_pending",
        "overdue",
        "disputes_open",
        "tickets_handled",
        "resolved_today",
        "sla_compliance_percent",
        "updated_at",
    )
    list_select_related = ("agent",)
    search_fields = ("agent__name", "agent__username")
    ordering = ("agent__name",)


@admin.register(DashboardDrift)
class DriftAdmin(ReadOnlyAdmin):
    list_display = ("at", "agent", "before", "after")
    list_select_related = ("agent",)
    search_fields = ("agent__name",)
    ordering = ("-pk",)


@admin.register(SLAReport)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "start", "row_count", "made_at")
    list_filter = ("kind",)
    search_fields = ("=start", "time_zone")
    ordering = ("-start", "kind")


@admin.register(SupportNotification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "recipient", "kind", "priority", "text", "read_at")
    list_filter = ("kind", "priority", ("read_at", admin.EmptyFieldListFilter))
    list_select_related = ("recipient",)
    search_fields = ("text", "recipient__name")
    ordering = ("-pk",)


@admin.register(Epoch)
class EpochAdmin(ReadOnlyAdmin):
    list_display = ("value", "created_at")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("part", "at", "facts")
    ordering = ("part",)


@admin.register(IdempotencyKey)
class KeyAdmin(ReadOnlyAdmin):
    list_display = ("key", "user", "endpoint", "status", "created_at")
    list_filter = ("status",)
    list_select_related = ("user", "endpoint__website")
    search_fields = ("key", "user__username")
    ordering = ("-pk",)
    fields = ("key", "user", "endpoint", "status", "created_at")


@admin.register(NumberSequence)
class SequenceAdmin(ReadOnlyAdmin):
    list_display = ("name", "value")
    ordering = ("name",)


@admin.register(WorkAttention)
class AttentionAdmin(ReadOnlyAdmin):
    list_display = ("user", "kind", "work_id", "active_at", "drafted_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__username", "=work_id")
    ordering = ("-active_at",)
