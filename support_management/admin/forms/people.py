"""Forms that create and change people. Passwords are set on a separate page."""

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm

from support_management.admin.base import AdminForm
from support_management.core import request_context
from support_management.people.models import User
from support_management.people.passwords import setting


class NewPersonForm(AdminForm, AdminUserCreationForm):
    """A new person. Without a password they cannot sign in."""

    class Meta:
        model = User
        fields = ("username", "name", "email", "role")


class PersonForm(AdminForm, UserChangeForm):
    """All fields; the password only shows whether it is set."""

    class Meta:
        model = User
        fields = "__all__"


class PasswordForm(AdminPasswordChangeForm):
    """Sets the password of a person, or takes it away."""

    end_tokens = forms.BooleanField(
        label="Revoke the API tokens of this person",
        required=False,
        initial=True,
        help_text="Without this, programs that use them go on. Leave it on if somebody else may know the password.",
    )

    def set_password_and_save(self, user, *args, **options):
        by = User.objects.get(pk=request_context.current().user_id)
        setting.decide(user, end_tokens=self.cleaned_data["end_tokens"], by=by)
        person = super().set_password_and_save(user, *args, **options)  # type: ignore[misc]
        if not person.has_usable_password():
            setting.saved(person)
        return person
