"""Base classes of the administration: domain errors become form messages, each edit is audited."""

from operator import attrgetter

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin
from django.core.exceptions import SuspiciousOperation
from django.db import DataError, models
from django.http import HttpResponseRedirect

from support_management.audit import history, log
from support_management.audit.triggers import columns as audited
from support_management.core import text
from support_management.core.errors import DeskError, Invalid
from support_management.core.fields import InstantField
from support_management.core.money import money_text
from support_management.core.time import NEVER, validate_range

LONGEST = 1_000_000
LONGEST_SEARCH = 200
"""Characters; each word of a search is a condition of its own."""
LONGEST_HISTORY = 200
"""Changes on the history page of an object; the list of record changes has all."""
SECRET = frozenset({"password", "password1", "password2", "usable_password", "version_seen"})
NUL = "\x00"


def show_never_as_empty(model: type[models.Model]) -> None:
    """Where a moment of the model is NEVER, lists and forms show the empty value, as for no moment at all.

    Moments that people choose are left alone: for them NEVER is a date out of range.
    """
    for field in model._meta.concrete_fields:
        calculated = isinstance(field, models.DateTimeField) and not isinstance(field, InstantField)
        if calculated and NEVER not in field.empty_values:
            field.empty_values = [*field.empty_values, NEVER]


class AdminForm(forms.ModelForm):
    """Cleans texts as all inputs are cleaned. `refused`: the error that a capability raised for these values."""

    refused: DeskError | None = None

    def clean(self):
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str) and name not in SECRET:
                self._clean_text(name, value)
        if self.refused is not None:
            self.add_error(self.refused.field if self.refused.field in self.fields else None, self.refused.text)
        return super().clean()

    def _clean_text(self, name: str, value: str) -> None:
        try:
            self.cleaned_data[name] = text.clean(value, field=name, limit=LONGEST, blank=True)
        except Invalid as error:
            self.add_error(name, error.text)


class EditableAdmin(ModelAdmin):
    """A model whose rows admins edit. Errors of capabilities are shown in the form, which keeps its input."""

    form = AdminForm
    list_per_page = 50
    list_max_show_all = 100
    show_full_result_count = False
    audits_itself = False
    """True where capabilities write the audit."""

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        show_never_as_empty(model)

    def changelist_view(self, request, extra_context=None):
        try:
            if NUL in request.META.get("QUERY_STRING", "").replace("%00", NUL):
                raise SuspiciousOperation
            return super().changelist_view(request, extra_context)
        except (ValueError, DataError, OverflowError):
            messages.error(request, "This filter, search or selection is not valid.")
            return HttpResponseRedirect(request.path)
        except SuspiciousOperation:
            return HttpResponseRedirect(f"{request.path}?e=1")

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DeskError as error:
            request.refused = error
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except DeskError as error:
            messages.error(request, error.text)
            return HttpResponseRedirect("../change/")

    def history_view(self, request, object_id, extra_context=None):
        """The written values of the object, before and after."""
        response = super().history_view(request, object_id, extra_context)
        if context := getattr(response, "context_data", None):
            context["changes"] = list(history.changes_of(context["object"])[:LONGEST_HISTORY])
        return response

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"refused": getattr(request, "refused", None)})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(db_field, models.DateField) and validate_range not in field.validators:
            field.validators.append(validate_range)
        return field

    def get_object(self, request, object_id, from_field=None):
        return None if NUL in object_id else super().get_object(request, object_id, from_field)

    def get_search_results(self, request, queryset, search_term):
        return super().get_search_results(request, queryset, search_term[:LONGEST_SEARCH].replace(NUL, ""))

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        self.audit_edit(request, obj, form, change)

    def audit_edit(self, request, obj, form, change) -> None:
        """Audit the changed fields. Secrets are left out; of names and texts only the length is kept."""
        if self.audits_itself:
            return
        names = [name for name in form.changed_data if name not in SECRET]
        hidden = audited.hidden_fields(type(obj))
        before = {name: kept(form.initial.get(name), name in hidden) for name in names} if change else {}
        after = {name: kept(form.cleaned_data.get(name), name in hidden) for name in names}
        log.record(by=request.user, verb="edit" if change else "add", on=obj, before=before, after=after)

    def delete_model(self, request, obj):
        log.record(by=request.user, verb="delete", on=obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            log.record(by=request.user, verb="delete", on=obj)
        super().delete_queryset(request, queryset)


class ReadOnlyAdmin(EditableAdmin):
    """Read-only models: history and derived values."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyInline(admin.TabularInline):
    """Read-only rows that belong to the edited object."""

    extra = 0
    can_delete = False
    show_change_link = False

    def __init__(self, parent_model, admin_site):
        super().__init__(parent_model, admin_site)
        show_never_as_empty(self.model)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


def money(column: str, *, label: str = "", currency: str = "currency"):
    """A column of lists and a read-only field: the amount with its currency."""

    @admin.display(description=label or column.replace("_", " "), ordering=column)
    def amount(row):
        return money_text(getattr(row, column), attrgetter(currency)(row))

    return amount


def kept(value, is_hidden: bool) -> str | dict:
    """What the audit keeps of a form value."""
    return {"chars": len(shown(value))} if is_hidden else shown(value)


def shown(value) -> str:
    """A form value as text for the audit."""
    if hasattr(value, "all"):
        value = value.all()
    if isinstance(value, list | tuple) or hasattr(value, "iterator"):
        return ", ".join(str(item) for item in value)
    return "" if value is None else str(getattr(value, "pk", value))


def each(request, queryset, action, done: str) -> None:
    """Call `action` for each selected row; messages show the number of successes and up to five errors."""
    count, errors = 0, []
    for row in queryset:
        try:
            action(row)
            count += 1
        except DeskError as error:
            errors.append(f"{row}: {error.text}")
    if count:
        messages.success(request, f"{count} {done}.")
    for sentence in errors[:5]:
        messages.error(request, sentence)
    if len(errors) > 5:
        messages.error(request, f"{len(errors) - 5} more failed.")
