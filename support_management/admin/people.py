"""People, agent profiles, websites and API tokens."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db import transaction

from support_management.admin.base import EditableAdmin, ReadOnlyAdmin, each
from support_management.admin.forms.people import NewPersonForm, PasswordForm, PersonForm
from support_management.audit import log
from support_management.core.errors import DeskError
from support_management.models import (
    ApiToken,
    PasswordAttempt,
    SkillLevel,
    SupportProfile,
    SupportWorkloadTracker,
    User,
    Website,
)
from support_management.people import accounts, roles
from support_management.people.passwords import setting


@admin.register(User)
class PersonAdmin(EditableAdmin, UserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = PasswordForm
    change_user_password_template = "admin/support_management/user/password.html"  # noqa: S105
    list_display = ("username", "name", "email", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined", "theme", "density", "updates", "announcements")
    actions = ("shut_out", "let_in")
    fieldsets = (
        (None, {"fields": ("username", "password", "name", "email")}),
        ("Role and access", {"fields": ("role", "is_active", "time_zone", "segment", "language")}),
        ("Read only", {"fields": ("theme", "density", "updates", "announcements", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "email", "role", "usable_password", "password1", "password2")}),
    )

    def has_delete_permission(self, request, obj=None):
        return False  # people are deactivated, never deleted: their history stays

    def get_search_results(self, request, queryset, search_term):
        if request.GET.get("field_name") == "assignee":  # autocomplete of the assignee field
            queryset = queryset.filter(role__in=roles.AGENTS, is_active=True)
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request, obj, form, change):
        before = User.objects.get(pk=obj.pk) if change else User(role="")
        accounts.check_change(before, role=obj.role, is_active=obj.is_active, by=request.user)
        super().save_model(request, obj, form, change)

    def user_change_password(self, request, id, form_url=""):
        person = self.get_object(request, id)
        if person is not None:
            try:
                accounts.check_may_manage(person, by=request.user)
            except DeskError as error:
                return self._refused(request, error)
        with transaction.atomic():
            return super().user_change_password(request, id, form_url)

    def log_change(self, request, obj, message):
        if message and "password" in str(message):
            log.record(by=request.user, verb="password", on=obj)
            if text := setting.sentence(obj):
                self.message_user(request, text)
        return super().log_change(request, obj, message)

    def _refused(self, request, error):
        self.message_user(request, error.text, "ERROR")
        return self.response_post_save_change(request, None)

    @admin.action(description="Deactivate (ends all sessions)")
    def shut_out(self, request, queryset):
        self._set_active(request, queryset, False, "deactivated")

    @admin.action(description="Reactivate")
    def let_in(self, request, queryset):
        self._set_active(request, queryset, True, "reactivated")

    def _set_active(self, request, queryset, is_active, done):
        def set_active(person):
            accounts.set_active(user=person.pk, is_active=is_active, by=request.user)

        each(request, queryset, set_active, done)


class Skills(admin.TabularInline):
    """Skill levels of the agent."""

    model = SkillLevel
    extra = 0
    fields = ("specialization", "level")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("specialization")


@admin.register(SupportProfile)
class ProfileAdmin(EditableAdmin):
    inlines = (Skills,)
    list_display = ("registration_id", "user", "status", "capacity", "ticket_capacity", "dispute_capacity", "shift")
    list_filter = ("status", "websites")
    list_select_related = ("user", "shift")
    search_fields = ("registration_id", "user__name", "user__username")
    ordering = ("registration_id",)
    readonly_fields = ("registration_id", "user")
    fieldsets = (
        (None, {"fields": ("registration_id", "user", "status", "websites", "phone")}),
        ("Load", {"fields": ("capacity", "ticket_capacity", "dispute_capacity", "shift")}),
    )
    autocomplete_fields = ("websites",)
    actions = ("suspend", "activate")

    def has_add_permission(self, request):
        return False  # created with the role

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description="Suspend")
    def suspend(self, request, queryset):
        self._set(request, queryset, "suspended")

    @admin.action(description="Activate")
    def activate(self, request, queryset):
        self._set(request, queryset, "active")

    def _set(self, request, queryset, status):
        each(
            request,
            queryset,
            lambda profile: accounts.set_status(profile=profile.pk, status=status, by=request.user),
            f"set {status}",
        )


@admin.register(SupportWorkloadTracker)
class WorkloadAdmin(ReadOnlyAdmin):
    list_display = (
        "user",
        "load",
        "ticket_load",
        "dispute_load",
        "tickets_handled",
        "disputes_handled",
        "orders_managed",
        "last_activity",
    )
    list_select_related = ("user__dashboard",)
    search_fields = ("user__name", "user__username")
    ordering = ("user__name",)


@admin.register(Website)
class WebsiteAdmin(EditableAdmin):
    list_display = ("name", "domain")
    search_fields = ("name", "domain")
    ordering = ("name",)


@admin.register(PasswordAttempt)
class PasswordAttemptAdmin(ReadOnlyAdmin):
    """What counts against a person is not shown: the account is a keyed hash. Networks show where attacks come from."""

    list_display = ("at", "network")
    search_fields = ("network",)
    ordering = ("-pk",)
    fields = ("at", "network")


@admin.register(ApiToken)
class TokenAdmin(ReadOnlyAdmin):
    """Tokens are shown once, to who creates them: at `/tokens/`, or by `manage.py api_token`; here they are revoked."""

    list_display = ("hint", "user", "name", "created_at", "expires_at", "last_used_at", "last_used_ip", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter), ("expires_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("user__name", "user__username", "name", "hint")
    ordering = ("-pk",)
    fields = list_display
    actions = ("revoke",)

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request, queryset):
        each(
            request,
            queryset,
            lambda token: accounts.revoke_token(token=token.pk, by=request.user),
            "revoked",
        )
