"""Business calendars: hours as text, a chart of two weeks, and all versions."""

from django.contrib import admin

from support_management.admin.base import EditableAdmin, ReadOnlyAdmin, ReadOnlyInline
from support_management.admin.forms.calendars import CalendarForm
from support_management.calendars import editing, preview, two_weeks, wording
from support_management.calendars.engine import weekly_hours
from support_management.core.time import now
from support_management.models import BusinessCalendar, BusinessCalendarVersion


class CalendarWordingMixin:
    """The hours and holidays of a calendar, or of a version of one, in words."""

    @admin.display(description="Hours")
    def hours_in_words(self, row):
        return wording.week_of(row)

    @admin.display(description="Holidays")
    def holidays_in_words(self, row):
        return wording.holidays_of(row)


class CalendarVersionInline(CalendarWordingMixin, ReadOnlyInline):
    model = BusinessCalendarVersion
    fields = ("number", "effective_from", "hours_in_words", "time_zone", "holidays_in_words", "author", "at")
    readonly_fields = fields

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("author").order_by("-number")


@admin.register(BusinessCalendar)
class CalendarAdmin(CalendarWordingMixin, EditableAdmin):
    """A change creates a version that applies from now on, or from a later instant."""

    form = CalendarForm
    audits_itself = True
    inlines = (CalendarVersionInline,)
    list_display = ("name", "time_zone", "hours_in_words", "holidays_in_words", "updated_at")
    search_fields = ("name", "time_zone")
    ordering = ("name",)
    actions = None

    def get_fieldsets(self, request, obj=None):
        last = ("effective_from", "version_seen") if obj else ("version_seen",)
        return (
            (None, {"fields": ("name", "time_zone")}),
            ("Hours", {"fields": tuple(weekly_hours.DAYS)}),
            ("Holidays", {"fields": ("holiday_country", "holidays", *last)}),
        )

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def save_model(self, request, obj, form, change):
        if change:
            version = form.cleaned_data.get("version_seen")
            editing.change(calendar=obj.pk, by=request.user, version=version, **form.values)
        else:
            obj.pk = editing.create(by=request.user, **form.values).pk

    def save_related(self, request, form, formsets, change):
        """Versions are read-only."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def get_deleted_objects(self, objs, request):
        """The only version of an unused calendar goes with it. The capability checks which may go."""
        return [str(obj) for obj in objs], {self.opts.verbose_name_plural: len(objs)}, set(), []

    def delete_model(self, request, obj):
        editing.delete(calendar=obj.pk, by=request.user)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            saved, moment = BusinessCalendar.objects.get(pk=obj.pk), now()
            start, amount = request.GET.get("start", ""), request.GET.get("time", "")
            context["calendar"], context["fortnight"] = saved, two_weeks.of(saved, at=moment)
            context["asked"] = preview.due_time(saved, start=start, amount=amount, at=moment)
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(BusinessCalendarVersion)
class VersionAdmin(ReadOnlyAdmin):
    list_display = ("calendar", "number", "effective_from", "time_zone", "author", "at")
    list_select_related = ("calendar", "author")
    search_fields = ("calendar__name",)
    ordering = ("-pk",)
