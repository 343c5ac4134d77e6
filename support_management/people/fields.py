"""Columns that identify a person: every write through the ORM stores the one form, whichever way it comes.

Forms call `clean`; `save`, `update`, `bulk_create` and `bulk_update` end in `get_db_prep_save`.
"""

from django.db import models

from support_management.people import identity


class _OneForm:
    """A text column that is stored in one form. To migrations it is Django's own field: the column is the same."""

    name: str

    def one_form(self, value: str) -> str:
        raise NotImplementedError

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)  # type: ignore[misc]
        if isinstance(value, str):
            value = self.one_form(value)
            setattr(model_instance, self.name, value)
        return value

    def get_db_prep_save(self, value, connection):
        if isinstance(value, str):
            value = self.one_form(value)
        return super().get_db_prep_save(value, connection)  # type: ignore[misc]


class UsernameField(_OneForm, models.CharField):
    """A user name. A write of a name that is not allowed raises ValidationError."""

    default_validators = [identity.check_username]

    def one_form(self, value):
        return identity.username(value)

    def clean(self, value, model_instance):
        return super().clean(identity.normal_username(value) if isinstance(value, str) else value, model_instance)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


class AddressField(_OneForm, models.EmailField):
    """An email address, or nothing."""

    def one_form(self, value):
        return identity.email_address(value)

    def clean(self, value, model_instance):
        return super().clean(identity.email_address(value) if isinstance(value, str) else value, model_instance)

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs
