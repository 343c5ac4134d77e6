"""Forms that create and change people. Passwords are set on a separate page."""

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from support_management.admin.base import AdminForm
from support_management.people.models import User


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
