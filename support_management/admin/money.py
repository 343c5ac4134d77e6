"""Money effects, what does not add up, and the endpoints of shops."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path, reverse

from support_management.admin.base import EditableAdmin, ReadOnlyAdmin, each, money
from support_management.core.money import money_text
from support_management.models import MoneyEffect, Order, ShopEndpoint
from support_management.orders.money import queries
from support_management.orders.money.refundable import given
from support_management.orders.shop import endpoints

MOST = 100
"""Rows of a list of the reconciliation."""


@admin.register(MoneyEffect)
class MoneyEffectAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "kind",
        "order",
        money("amount"),
        "recipient",
        "state",
        "decided_by",
        "confirmed_at",
        "undecided",
    )
    list_filter = ("state", "kind", "undecided", "legacy", "order__website")
    list_select_related = ("order", "recipient", "decided_by")
    search_fields = ("order__reference", "=external_id", "recipient__name")
    ordering = ("-pk",)

    def get_urls(self):
        view = self.admin_site.admin_view(self.reconciliation)
        return [path("reconciliation/", view, name="reconciliation"), *super().get_urls()]

    def reconciliation(self, request):
        """What was decided and confirmed, and does not add up."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lists = [
            ("Decided, not confirmed for a day", map(_effect, queries.not_confirmed()[:MOST])),
            ("Confirmed, never decided", map(_effect, queries.never_decided()[:MOST])),
            ("Over-refunded orders", map(_order, queries.over_refunded()[:MOST])),
            ("Amounts with more digits than their currency", map(_order, queries.with_odd_amounts()[:MOST])),
        ]
        context = {"title": "Reconciliation", "lists": [(name, list(rows)) for name, rows in lists], "most": MOST}
        context |= self.admin_site.each_context(request)
        return TemplateResponse(request, "admin/support_management/moneyeffect/reconciliation.html", context)


def _effect(row: MoneyEffect) -> dict:
    amount = money_text(row.amount, row.currency)
    said = f"{row.get_kind_display()}, {row.get_state_display().lower()}"
    at = row.confirmed_at or row.decided_at
    return {"url": _change(row), "order": row.order, "facts": (amount, said), "at": at}


def _order(row: Order) -> dict:
    amounts = (("price", row.amount), ("paid", row.paid_amount), ("refunded or decided", given(row)))
    facts = [f"{name} {money_text(amount, row.currency)}" for name, amount in amounts]
    return {"url": _change(row), "order": row, "facts": facts, "at": row.updated_at}


def _change(row) -> str:
    return reverse(f"admin:support_management_{row._meta.model_name}_change", args=[row.pk])


@admin.register(ShopEndpoint)
class ShopEndpointAdmin(EditableAdmin):
    """An endpoint is made here, and its token shown once; it can be revoked, not changed."""

    list_display = ("hint", "website", "name", "created_at", "last_used_at", "last_used_ip", "revoked_at")
    list_filter = ("website", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("website",)
    search_fields = ("name", "hint", "website__name")
    ordering = ("-pk",)
    fields = ("website", "name")
    actions = ("revoke",)
    audits_itself = True

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fields(self, request, obj=None):
        return self.list_display if obj else self.fields

    def save_model(self, request, obj, form, change):
        row, token = endpoints.issue(website=obj.website, name=obj.name, by=request.user)
        obj.pk = row.pk
        messages.warning(request, f"Token of {row}, shown this once: {token}")

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request, queryset):
        each(request, queryset, lambda row: endpoints.revoke(endpoint=row.pk, by=request.user), "revoked")
