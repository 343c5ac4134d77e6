"""Actions on orders, and the messages about them."""

from django.contrib import admin

from support_management.admin.base import ReadOnlyAdmin
from support_management.models import HeldMessage, SupportOrderManagement


@admin.register(SupportOrderManagement)
class OrderManagementAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "order", "action", "state", "performed_by", "reason")
    list_filter = ("action", "state")
    list_select_related = ("order", "performed_by")
    search_fields = ("order__reference", "reason", "performed_by__name")
    ordering = ("-pk",)


@admin.register(HeldMessage)
class HeldMessageAdmin(ReadOnlyAdmin):
    list_display = ("due_at", "action", "recipient", "state", "ticket", "error")
    list_filter = ("state",)
    list_select_related = ("action__order", "recipient", "ticket")
    search_fields = ("action__order__reference", "recipient__name")
    ordering = ("-pk",)
