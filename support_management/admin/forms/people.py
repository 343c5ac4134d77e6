"""Making people and changing them. Passwords are set on a page of their own."""

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from support_management.admin.base import AdminForm
from support_management.people.models import User


class UniqueEmailForm(AdminForm):
    def clean_email(self):
        """One person per address; the constraint behind it would say so in its own words."""
        email = User.objects.normalize_email(self.cleaned_data["email"]).lower()
        if email and User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("This email address is already in use.")
        return email


class NewPersonForm(UniqueEmailForm, AdminUserCreationForm):
    """A person with a password, or without one: who cannot sign in."""

    class Meta:
        model = User
        fields = ("username", "name", "email", "role")


class PersonForm(UniqueEmailForm, UserChangeForm):
    """Everything but the password, which shows as what it is: set or not."""

    class Meta:
        model = User
        fields = "__all__"
