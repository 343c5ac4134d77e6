"""Promises, clocks and their history."""

from django.contrib import admin

from support_management.admin.base import DeskAdmin, ReadOnly, Rows
from support_management.models import OrderDisputeSLA, SLAEvent, SLAPolicy


@admin.register(SLAPolicy)
class PolicyAdmin(DeskAdmin):
    list_display = ("position", "name", "active", "calendar", "version")
    list_display_links = ("name",)
    search_fields = ("name",)
    ordering = ("position",)


class History(Rows):
    model = SLAEvent
    fields = ("kind", "at", "fired_at", "due_at", "cause", "actor")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor").order_by("pk")


@admin.register(OrderDisputeSLA)
class ClockAdmin(ReadOnly):
    inlines = (History,)
    list_display = ("pk", "ticket", "dispute", "order", "metric", "cycle", "state", "due_at", "completed_at")
    list_filter = ("state", "metric", "is_open")
    list_select_related = ("ticket", "dispute", "order")
    search_fields = ("ticket__number__istartswith", "dispute__number__istartswith", "order__reference")
    ordering = ("-pk",)


@admin.register(SLAEvent)
class SLAEventAdmin(ReadOnly):
    list_display = ("pk", "clock", "kind", "at", "fired_at", "cause", "actor")
    list_filter = ("kind",)
    list_select_related = ("clock", "actor")
    search_fields = ("cause", "clock__ticket__number__istartswith")
    ordering = ("-pk",)
