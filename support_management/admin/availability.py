"""Availability of agents: status, paused assignment, planned absences and history."""

from django import forms
from django.contrib import admin

from support_management.admin.base import AdminForm, EditableAdmin, ReadOnlyAdmin
from support_management.models import AvailabilityInterval, PlannedAbsence, SupportAvailability, User
from support_management.people import roles
from support_management.people.availability import absences, service


class AvailabilityForm(AdminForm):
    """The agent's status, and whether automatic assignment is paused."""

    paused = forms.BooleanField(required=False, label="Assignment paused")

    class Meta:
        model = SupportAvailability
        fields = ("says",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["paused"] = self.instance.paused_at is not None


@admin.register(SupportAvailability)
class AvailabilityAdmin(EditableAdmin):
    audits_itself = True
    form = AvailabilityForm
    list_display = ("user", "state", "state_since", "available", "why_not", "says", "last_seen_at")
    list_filter = ("state", "available", "why_not")
    list_select_related = ("user",)
    search_fields = ("user__name", "user__username")
    ordering = ("user__name",)
    fields = ("user", "says", "paused", "state", "state_since", "available", "why_not", "since", "last_seen_at")
    readonly_fields = ("user", "state", "state_since", "available", "why_not", "since", "last_seen_at")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if "paused" in form.changed_data:
            service.pause(user=obj.user_id, paused=form.cleaned_data["paused"], by=request.user)
        if "says" in form.changed_data:
            service.set_status(user=obj.user_id, says=obj.says, by=request.user)


@admin.register(PlannedAbsence)
class AbsenceAdmin(EditableAdmin):
    """Planned or withdrawn; who wants other times withdraws one and plans another."""

    audits_itself = True
    list_display = ("user", "begins_at", "ends_at", "reason", "by")
    list_select_related = ("user", "by")
    search_fields = ("user__name", "user__username", "reason")
    ordering = ("-begins_at",)
    fields = ("user", "begins_at", "ends_at", "reason")
    list_filter = ("begins_at",)  # a hierarchy of days cannot be drawn once a row lies at the end of the calendar

    def has_change_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return request.user.is_staff

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, queryset=User.objects.filter(role__in=roles.AGENTS, is_active=True), **kwargs
        )

    def save_model(self, request, obj, form, change):
        planned = absences.plan(
            user=obj.user_id, begins_at=obj.begins_at, ends_at=obj.ends_at, reason=obj.reason, by=request.user
        )
        obj.pk = planned.pk

    def delete_model(self, request, obj):
        absences.withdraw(absence=obj.pk, by=request.user)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            self.delete_model(request, obj)


@admin.register(AvailabilityInterval)
class IntervalAdmin(ReadOnlyAdmin):
    list_display = ("user", "state", "available", "why_not", "began_at", "ended_at", "cause", "by")
    list_filter = ("state", "cause")
    list_select_related = ("user", "by")
    search_fields = ("user__name", "user__username")
    ordering = ("-pk",)
