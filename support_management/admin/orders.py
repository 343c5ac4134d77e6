"""Orders. Status changes and actions use the capabilities; other fields come from the storefront."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError

from support_management.admin.base import EditableAdmin, each, money
from support_management.admin.forms.orders import OrderActionForm
from support_management.admin.forms.work import VersionedForm
from support_management.admin.work import selected
from support_management.core.locking import edit
from support_management.models import Order
from support_management.order_management import actions
from support_management.order_management.acting import Words
from support_management.orders import actions as orders


def _list_action(name: str, label: str):
    @admin.action(description=label)
    def perform(model_admin, request, queryset):
        model_admin.act(request, queryset, name)

    perform.__name__ = name
    return perform


OF_THE_SHOP = ("amount", "currency", "paid_amount", "shop_payment_status")
"""Facts that the shop says; only a new order is entered with them."""
AMOUNT = money("amount")
MONEY = (AMOUNT, money("paid_amount"), money("committed_amount", label="refunded or decided"), "shop_payment_status")
FLAGS = ("files_downloaded", "files_enabled", "price_change_pending")


@admin.register(Order)
class OrderAdmin(EditableAdmin):
    form = VersionedForm
    action_form = OrderActionForm
    list_display = ("reference", "title", "website", "client", "writer", "status", AMOUNT, "deadline")
    list_filter = ("status", "payment_status", "website", "priority")
    list_select_related = ("website", "client", "writer")
    search_fields = ("reference", "title", "client__name", "writer__name")
    ordering = ("-pk",)
    autocomplete_fields = ("website", "client", "writer")
    decided_elsewhere = ("deadline", *FLAGS)
    """The shop, actions and approvals write them."""
    readonly_fields = (
        *MONEY,
        "payment_status",
        *decided_elsewhere,
        "held_from",
        "held_until",
        "created_at",
        "updated_at",
    )
    actions = tuple(_list_action(name, label) for name, label in OrderActionForm.ACTIONS)
    fieldsets = (
        (None, {"fields": ("reference", "website", "title", "client", "writer")}),
        ("Status", {"fields": ("status", "priority", "deadline", "held_from", "held_until", "version_seen")}),
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
            orders.set_status(order=obj.pk, status=edits.pop("status"), by=request.user, version=version)
            version = None
        if edits:
            self.audit_edit(request, edit(obj, edits, version), form, change)

    def act(self, request, queryset, name: str) -> None:
        """Perform the action on each selected order, with what was typed beside the list of actions."""
        words, label = Words(reason=selected(request, "reason")), dict(OrderActionForm.ACTIONS)[name]
        try:
            when = OrderActionForm.base_fields["when"].clean(selected(request, "when"))
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return
        values = {actions.ACTIONS[name].takes or "until": when} if when else {}
        each(
            request,
            queryset,
            lambda row: actions.perform(name, order=row.pk, by=request.user, words=words, **values),
            f"done: {label.lower()}",
        )
