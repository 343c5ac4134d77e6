"""SLA policies, clocks and their history."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path

from support_management.admin.base import EditableAdmin, ReadOnlyAdmin, ReadOnlyInline
from support_management.admin.forms.conditions import condition_names
from support_management.admin.forms.policies import PolicyForm
from support_management.conditions import wording as conditions
from support_management.models import OrderDisputeSLA, SLAEvent, SLAFollowUp, SLAPolicy, SLAPolicyVersion
from support_management.people.viewer import viewer_of
from support_management.sla import policy_editing
from support_management.sla.models import Metric
from support_management.sla.policy import explain, wording


class PolicyWordingMixin:
    """Columns that show the content of a policy or policy version as text."""

    @admin.display(description="Conditions")
    def conditions_in_words(self, row):
        return conditions.conditions(row.conditions, conditions.websites() if "website" in row.conditions else {})

    @admin.display(description="Targets")
    def targets_in_words(self, row):
        return wording.targets_line(row.targets)

    @admin.display(description="Pauses on")
    def pauses_in_words(self, row):
        return wording.pauses(row.pause_on)

    @admin.display(description="Warns at")
    def thresholds_in_words(self, row):
        return wording.thresholds(row.thresholds)


class PolicyVersionInline(PolicyWordingMixin, ReadOnlyInline):
    model = SLAPolicyVersion
    fields = ("number", "at", "by", "conditions_in_words", "targets_in_words", "calendar")
    fields += ("pauses_in_words", "thresholds_in_words")  # type: ignore[assignment]
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by", "calendar").order_by("-number")


@admin.register(SLAPolicy)
class PolicyAdmin(PolicyWordingMixin, EditableAdmin):
    """A change creates a version. Open clocks keep theirs or follow; Preview shows how many would change."""

    form = PolicyForm
    audits_itself = True
    inlines = (PolicyVersionInline,)
    list_display = ("position", "name", "active", "conditions_in_words", "targets_in_words", "calendar", "version")
    list_display_links = ("name",)
    list_select_related = ("calendar",)
    search_fields = ("name",)
    ordering = ("position", "id")
    actions = None
    fieldsets = (
        (None, {"fields": ("name", "position", "active")}),
        ("Conditions", {"fields": condition_names()}),
        ("Targets", {"fields": (*Metric.values, "calendar", "thresholds")}),
        ("Pauses", {"fields": tuple(f"{metric}_pauses_on" for metric in Metric.values)}),
        ("Changes to open clocks", {"fields": ("minimum_left_percent", "running", "version_seen")}),
    )

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def get_urls(self):
        test = path("test/", self.admin_site.admin_view(self.test_view), name="support_management_slapolicy_test")
        return [test, *super().get_urls()]

    def test_view(self, request):
        """Shows which policy applies to a ticket, and why earlier ones do not match."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = explain.for_number(request.GET.get("ticket", ""), seen_by=viewer_of(request.user))
        context = {"title": "Test policy", "opts": self.opts, "asked": asked}
        page = "admin/support_management/slapolicy/test.html"
        return TemplateResponse(request, page, self.admin_site.each_context(request) | context)

    def save_model(self, request, obj, form, change):
        running = form.cleaned_data["running"]
        if change:
            seen = form.cleaned_data.get("version_seen")
            policy_editing.change(policy=obj.pk, by=request.user, values=form.saying, running=running, version=seen)
        else:
            obj.pk = policy_editing.create(by=request.user, values=form.saying, running=running).pk

    def save_related(self, request, form, formsets, change):
        """Versions are read-only."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context = context["adminform"].form.take_preview(context)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_deleted_objects(self, objs, request):
        """Versions are deleted with the policy. Clocks are not collected here: the capability checks them."""
        return [str(obj) for obj in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []

    def delete_model(self, request, obj):
        policy_editing.delete(policy=obj.pk, by=request.user)


@admin.register(SLAPolicyVersion)
class PolicyVersionAdmin(PolicyWordingMixin, ReadOnlyAdmin):
    list_display = ("policy", "number", "targets_in_words", "calendar", "by", "at")
    list_select_related = ("policy", "calendar", "by")
    search_fields = ("policy__name",)
    ordering = ("-pk",)


@admin.register(SLAFollowUp)
class FollowUpAdmin(ReadOnlyAdmin):
    """Pending updates of open clocks after a change of a policy or calendar."""

    list_display = ("pk", "policy", "calendar", "by", "at", "changed", "done_at")
    list_filter = (("done_at", admin.EmptyFieldListFilter),)
    list_select_related = ("policy", "calendar", "by")
    search_fields = ("policy__name", "calendar__name")
    ordering = ("-pk",)


class SLAEventInline(ReadOnlyInline):
    model = SLAEvent
    fields = ("kind", "at", "fired_at", "due_at", "cause", "actor")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor").order_by("pk")


@admin.register(OrderDisputeSLA)
class ClockAdmin(ReadOnlyAdmin):
    inlines = (SLAEventInline,)
    list_display = ("pk", "ticket", "dispute", "order", "payment", "metric", "cycle", "state", "due_at", "completed_at")
    list_filter = ("state", "metric", "is_open")
    list_select_related = ("ticket", "dispute", "order", "payment")
    search_fields = (
        "ticket__number__istartswith",
        "dispute__number__istartswith",
        "order__reference",
        "payment__number",
    )
    ordering = ("-pk",)


@admin.register(SLAEvent)
class SLAEventAdmin(ReadOnlyAdmin):
    list_display = ("pk", "clock", "kind", "at", "fired_at", "cause", "actor")
    list_filter = ("kind",)
    list_select_related = ("clock", "actor")
    search_fields = ("cause", "clock__ticket__number__istartswith")
    ordering = ("-pk",)
