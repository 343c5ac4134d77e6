"""List filters that stay fast with any number of users."""

from django.contrib.admin import SimpleListFilter

from support_management.people import roles
from support_management.people.models import User


class AgentFilter(SimpleListFilter):
    """By assignee: lists agents only, not all users."""

    title = "assignee"
    parameter_name = "agent"

    def lookups(self, request, model_admin):
        agents = User.objects.filter(role__in=roles.AGENTS).order_by("name").values_list("pk", "name")
        return [("none", "Unassigned"), *((str(pk), name) for pk, name in agents)]

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen == "none":
            return queryset.filter(assignee__isnull=True)
        return queryset.filter(assignee=int(chosen)) if chosen else queryset


class OpenFilter(SimpleListFilter):
    """By open or closed."""

    title = "work"
    parameter_name = "work"

    def lookups(self, request, model_admin):
        return [("open", "Open"), ("done", "Closed")]

    def queryset(self, request, queryset):
        return queryset if self.value() is None else queryset.filter(is_open=self.value() == "open")
