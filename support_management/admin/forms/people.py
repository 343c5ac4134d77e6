"""Forms that create and change people. Passwords are set on a separate page."""

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from support_management.admin.base import AdminForm
from support_management.people.models import User


class UniqueEmailForm(AdminForm):
    def clean_email(self):
        """One person per address, with a clearer message than the database constraint."""
        email = User.objects.normalize_email(self.cleaned_data["email"]).lower()
        if email and User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This email address is already in use.")
        return email


class NewPersonForm(UniqueEmailForm, AdminUserCreationForm):
    """A new person. Without a password they cannot sign in."""

    class Meta:
        model = User
        fields = ("username", "name", "email", "role")


class PersonForm(UniqueEmailForm, UserChangeForm):
    """All fields; the password only shows whether it is set."""

    class Meta:
        model = User
        fields = "__all__"
