"""Skills, skill levels of agents, and skill rules."""

from django.contrib import admin, messages
from django.db.models import Count

from support_management.admin.base import EditableAdmin
from support_management.admin.forms.conditions import condition_names
from support_management.admin.forms.skill_rules import SkillRuleForm
from support_management.conditions import wording
from support_management.models import SkillLevel, SkillRule, Specialization
from support_management.routing.inputs import active_skill_rules


@admin.register(Specialization)
class SpecializationAdmin(EditableAdmin):
    """A skill that an agent has or a rule requires cannot be deleted."""

    list_display = ("name", "slug", "position", "agents")
    search_fields = ("name", "slug")
    ordering = ("position", "name")
    prepopulated_fields = {"slug": ("name",)}
    fields = ("name", "slug", "position")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(agents=Count("levels"))

    @admin.display(description="Agents", ordering="agents")
    def agents(self, row):
        return row.agents


@admin.register(SkillLevel)
class SkillLevelAdmin(EditableAdmin):
    list_display = ("profile", "specialization", "level")
    list_filter = ("specialization", "level")
    list_select_related = ("profile__user", "specialization")
    search_fields = ("profile__user__name", "profile__user__username")
    ordering = ("profile__user__name", "specialization__position")
    autocomplete_fields = ("profile", "specialization")


@admin.register(SkillRule)
class SkillRuleAdmin(EditableAdmin):
    """Each matching active rule requires its skill, as long as an active agent has it."""

    form = SkillRuleForm
    list_display = ("position", "name", "active", "conditions_in_words", "asks_for", "relax_minutes", "holds")
    list_display_links = ("name",)
    list_select_related = ("specialization",)
    list_filter = ("active", "specialization")
    search_fields = ("name",)
    ordering = ("position", "pk")
    fieldsets = (
        (None, {"fields": ("name", "position", "active")}),
        ("Conditions", {"fields": condition_names()}),
        ("Requirement", {"fields": ("specialization", "level", "relax_minutes")}),
    )

    def changelist_view(self, request, extra_context=None):
        self.unheld = active_skill_rules.skills_without_agents()
        self.websites = wording.websites()
        return super().changelist_view(request, extra_context)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not active_skill_rules.is_held(obj.specialization_id):
            text = f"No active agent has {obj.specialization}: this rule is not applied until somebody has it."
            self.message_user(request, text, messages.WARNING)

    @admin.display(description="Conditions")
    def conditions_in_words(self, row):
        return wording.conditions(row.conditions, self.websites)

    @admin.display(description="Requires")
    def asks_for(self, row):
        return f"{row.specialization} {row.level}"

    @admin.display(description="Agent has skill", boolean=True)
    def holds(self, row):
        return row.specialization_id not in self.unheld
