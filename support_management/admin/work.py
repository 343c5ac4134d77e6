"""What tickets and disputes have in common: an assignee, clocks below the form, rows that are never deleted."""

from django.contrib import admin, messages

from support_management.admin.base import EditableAdmin, ReadOnlyInline, each
from support_management.admin.forms.work import WorkActionForm
from support_management.people.models import User
from support_management.sla.models import OrderDisputeSLA


class ClockInline(ReadOnlyInline):
    model = OrderDisputeSLA
    fields = ("metric", "state", "started_at", "due_at", "breached_at", "completed_at")
    readonly_fields = fields


class WorkAdmin(EditableAdmin):
    """Work with an assignee. `add_fieldsets`: what a new row asks for; the rest is shown once it is there."""

    action_form = WorkActionForm
    add_fieldsets: tuple = ()

    def assign_row(self, row, *, to: User | None, by: User) -> None:
        """Give the row to an agent, or to nobody."""
        raise NotImplementedError

    def has_delete_permission(self, request, obj=None):
        return False

    def get_fieldsets(self, request, obj=None):
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else ()

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    @admin.action(description="Assign to the selected agent")
    def assign(self, request, queryset):
        pk = selected(request, "agent")
        agent = User.objects.filter(pk=pk).first() if pk.isdecimal() else None
        if agent is None:
            messages.error(request, "Select an agent next to the list of actions.")
            return
        each(request, queryset, lambda row: self.assign_row(row, to=agent, by=request.user), f"assigned to {agent}")

    @admin.action(description="Unassign")
    def release(self, request, queryset):
        each(request, queryset, lambda row: self.assign_row(row, to=None, by=request.user), "released")


def selected(request, name: str) -> str:
    """A value of the action bar, which stands on lists and, with a prefix, on a ticket's own page."""
    return next((value for key, value in request.POST.items() if key.endswith(name) and value), "")
