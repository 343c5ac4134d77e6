"""Signing in and changing the password."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.validators import MaxLengthValidator

from support_management.people.identity import LONGEST_EMAIL
from support_management.people.passwords import checking

PASSWORD_HELP = (
    f"At least {settings.PASSWORD_MIN} characters, with letters; not a common password, not similar to your name or to "
    "the name of the product or of a website."
)
INCORRECT = "Incorrect user name or password."


class SignInForm(AuthenticationForm):
    """The error does not reveal whether the name, the password or the account is the problem."""

    error_messages = {"invalid_login": INCORRECT, "inactive": INCORRECT}
    username = forms.CharField(
        label="User name or email",
        max_length=LONGEST_EMAIL,
        widget=forms.TextInput(
            attrs={
                "class": "input input-l",
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"class": "input input-l", "autocomplete": "current-password"}),
    )


class NewPasswordForm(PasswordChangeForm):
    """Changes the password; the new one is entered twice."""

    error_messages = PasswordChangeForm.error_messages | {
        "password_incorrect": "The current password is incorrect.",
        "password_mismatch": "The new passwords do not match.",
    }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["old_password"].label = "Current password"
        self.fields["new_password1"].label = "New password"
        self.fields["new_password2"].label = "Confirm new password"
        self.fields["new_password1"].help_text = PASSWORD_HELP
        self.fields["new_password2"].help_text = ""
        for field in list(self.fields.values()):
            field.widget.attrs["class"] = "input input-l"
            field.validators.append(MaxLengthValidator(1000))
        self.fields["end_tokens"] = forms.BooleanField(required=False)

    def clean_old_password(self):
        password = self.cleaned_data["old_password"]
        if not checking.confirm(self.user, password):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password
