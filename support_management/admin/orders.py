"""Orders. Status changes use the capability; other fields come from the storefront."""

from django.contrib import admin

from support_management.admin.base import EditableAdmin, each, money
from support_management.admin.forms.work import VersionedForm
from support_management.core.locking import edit
from support_management.models import Order
from support_management.orders import actions

OF_THE_SHOP = ("amount", "currency", "paid_amount", "shop_payment_status")
"""Facts that the shop says; only a new order is entered with them."""
AMOUNT = money("amount")
MONEY = (AMOUNT, money("paid_amount"), money("committed_amount", label="refunded or decided"), "shop_payment_status")
FLAGS = ("files_downloaded", "price_change_pending")


@admin.register(Order)
class OrderAdmin(EditableAdmin):
    form = VersionedForm
    list_display = ("reference", "title", "website", "client", "writer", "status", AMOUNT, "deadline")
    list_filter = ("status", "payment_status", "website", "priority")
    list_select_related = ("website", "client", "writer")
    search_fields = ("reference", "title", "client__name", "writer__name")
    ordering = ("-pk",)
    autocomplete_fields = ("website", "client", "writer")
    readonly_fields = (*MONEY, "payment_status", *FLAGS, "created_at", "updated_at")
    actions = ("hold", "restore")
    fieldsets = (
        (None, {"fields": ("reference", "website", "title", "client", "writer")}),
        ("Status", {"fields": ("status", "priority", "deadline", "version_seen")}),
        ("Read only", {"fields": (*MONEY, "payment_status", *FLAGS, "created_at", "updated_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("reference", "website", "title", "client", "writer")}),
        ("Of the shop", {"fields": ("status", "priority", "deadline", *OF_THE_SHOP)}),
    )

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else ()

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
