"""Notification preferences and the email outbox."""

from django.contrib import admin

from support_management.admin.base import ReadOnlyAdmin, each
from support_management.models import MailDuty, NoticePreference
from support_management.notifications.email import outbox, rendering


@admin.register(MailDuty)
class MailAdmin(ReadOnlyAdmin):
    """A mail with uncertain delivery may arrive twice: it is unknown whether the server accepted it."""

    list_display = (
        "pk",
        "reader",
        "subject",
        "state",
        "delivery",
        "attempts",
        "next_try_at",
        "sent_at",
        "error",
        "created_at",
    )
    list_filter = ("state", "kind", "doubts")
    list_select_related = ("person",)
    search_fields = ("subject", "person__name", "person__email", "address", "=message_key")
    ordering = ("-pk",)
    actions = ("try_again",)
    readonly_fields = ("message_id",)

    @admin.display(description="to")
    def reader(self, obj):
        return obj.person or obj.address

    @admin.display(description="delivery")
    def delivery(self, obj):
        if not obj.doubts:
            return ""
        return "uncertain: may have arrived twice" if obj.state == "sent" else "uncertain"

    @admin.display(description="Message-ID")
    def message_id(self, obj):
        return rendering.message_id(obj)

    @admin.action(description="Retry now")
    def try_again(self, request, queryset):
        each(request, queryset, lambda row: outbox.try_again(mail=row.pk, by=request.user), "queued for retry")


@admin.register(NoticePreference)
class PreferenceAdmin(ReadOnlyAdmin):
    list_display = ("person", "kind", "bell", "mail")
    list_filter = ("kind", "bell", "mail")
    list_select_related = ("person",)
    search_fields = ("person__name", "person__username")
    ordering = ("person__name", "kind")
