"""Orders. Status changes use the capability; other fields come from the storefront."""

from django.contrib import admin

from support_management.admin.base import EditableAdmin, each
from support_management.admin.forms.work import VersionedForm
from support_management.core.locking import edit
from support_management.models import Order
from support_management.orders import actions


@admin.register(Order)
class OrderAdmin(EditableAdmin):
    form = VersionedForm
    list_display = ("reference", "title", "website", "client", "writer", "status", "amount", "currency", "deadline")
    list_filter = ("status", "payment_status", "website", "priority")
    list_select_related = ("website", "client", "writer")
    search_fields = ("reference", "title", "client__name", "writer__name")
    ordering = ("-pk",)
    autocomplete_fields = ("website", "client", "writer")
    readonly_fields = ("created_at", "updated_at")
    actions = ("hold", "restore")
    fieldsets = (
        (None, {"fields": ("reference", "website", "title", "client", "writer")}),
        ("Status", {"fields": ("status", "payment_status", "priority", "deadline", "version_seen")}),
        ("Amounts", {"fields": ("amount", "currency", "files_downloaded", "price_change_pending")}),
        ("Read only", {"fields": ("created_at", "updated_at")}),
    )

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if not change:
            super().save_model(request, obj, form, change)
            return
        edits, version = form.edits, form.cleaned_data.get("version_seen")
        if "status" in edits:
            actions.set_status(order=obj.pk, status=edits.pop("status"), by=request.user, version=version)
            version = None
        if edits:
            self.audit_edit(request, edit(obj, edits, version), form, change)

    @admin.action(description="Put on hold")
    def hold(self, request, queryset):
        self._move(request, queryset, "on_hold")

    @admin.action(description="Return to in progress")
    def restore(self, request, queryset):
        self._move(request, queryset, "in_progress")

    def _move(self, request, queryset, status):
        each(
            request,
            queryset,
            lambda row: actions.set_status(order=row.pk, status=status, by=request.user),
            f"moved to {status.replace('_', ' ')}",
        )
