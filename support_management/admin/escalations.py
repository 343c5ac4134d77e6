"""Escalation rules, their runs, and escalations."""

from django.contrib import admin

from support_management.admin.base import EditableAdmin, ReadOnlyAdmin
from support_management.admin.forms.conditions import condition_names
from support_management.admin.forms.escalation_rules import PREFIX, EscalationRuleForm
from support_management.conditions import wording
from support_management.models import EscalationLog, EscalationRule, EscalationRun
from support_management.sla.escalation import editing


@admin.register(EscalationRule)
class RuleAdmin(EditableAdmin):
    """A rule applies to thresholds that fire after it was saved, and acts once per clock and extension."""

    audits_itself = True
    form = EscalationRuleForm
    list_display = (
        "name",
        "active",
        "at",
        "metric",
        "kind",
        "conditions_in_words",
        "policy",
        "tell_role",
        "tell_person",
        "reassign",
    )
    list_filter = ("active", "at", "kind")
    list_select_related = ("policy", "tell_person")
    search_fields = ("name", "tag", "tell_address")
    autocomplete_fields = ("tell_person",)
    ordering = ("name",)
    actions = None
    fieldsets = (
        (None, {"fields": ("name", "active")}),
        ("When", {"fields": ("at", "threshold", "metric", "kind", "policy")}),
        ("Conditions", {"fields": condition_names(PREFIX)}),
        ("Notify", {"fields": ("tell_owner", "tell_role", "tell_person", "tell_address")}),
        ("Actions", {"fields": ("raise_to", "reassign", "tag", "escalate", "level")}),
    )

    def changelist_view(self, request, extra_context=None):
        self.websites = wording.websites()
        return super().changelist_view(request, extra_context)

    @admin.display(description="For")
    def conditions_in_words(self, row):
        return wording.conditions(row.conditions, self.websites)

    def save_model(self, request, obj, form, change):
        editing.save_rule(obj, by=request.user)

    def get_deleted_objects(self, objs, request):
        """A rule that has run is kept with its runs: the capability says so."""
        return [str(obj) for obj in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []

    def delete_model(self, request, obj):
        editing.delete(obj, by=request.user)


@admin.register(EscalationRun)
class RunAdmin(ReadOnlyAdmin):
    list_display = ("pk", "rule", "clock", "kind", "state", "attempts", "due_at", "done_at")
    list_filter = ("state", "kind", "rule")
    list_select_related = ("rule", "clock")
    search_fields = ("rule__name", "clock__ticket__number__istartswith", "clock__dispute__number__istartswith")
    ordering = ("-pk",)


@admin.register(EscalationLog)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = (
        "created_at",
        "type",
        "status",
        "level",
        "ticket",
        "dispute",
        "order",
        "payment_issue",
        "reason",
        "rule",
        "raised_by",
    )
    list_filter = ("status", "type", "level")
    list_select_related = ("ticket", "dispute", "order", "payment_issue", "raised_by")
    search_fields = ("reason", "rule", "ticket__number__istartswith", "dispute__number__istartswith")
    ordering = ("-pk",)
