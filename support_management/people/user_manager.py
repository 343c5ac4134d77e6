"""Creates people and finds them by what identifies them."""

import re

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import Q
from django.db.models.functions import Lower

from support_management.events.live_models import LiveQuerySet
from support_management.people import identity
from support_management.people.roles import Role

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


class UserQuerySet(LiveQuerySet):
    """People by what identifies them, however it is written."""

    def named(self, username: str):
        """Whoever has this user name, in upper or lower case."""
        name = identity.normal_username(identity.visible(username))
        spelled = Q(_name=name.lower())
        if not name.isascii():  # SQLite, and PostgreSQL in the locale C, know no other capitals
            spelled |= Q(username__in={name.upper(), name.lower(), name.title(), name.capitalize()})
        return self.alias(_name=Lower("username")).filter(spelled)

    def with_email(self, address: str):
        """Whoever has this email address."""
        return self.exclude(email="").alias(_email=Lower("email")).filter(_email=identity.email_address(address))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates people, also for `createsuperuser`, and finds who signs in."""

    def who_signs_in(self, text: str):
        """Who is meant by this: a user name as it is, a former one, one in another case, or an email address.

        None for nobody, and when two people share it.
        """
        typed = _NOT_STORABLE.sub("", text)
        former = self.exclude(former_username="").filter(former_username=typed)
        for rows in (self.filter(username=typed), former, self.named(typed), self.with_email(typed)):
            people = list(rows[:2])
            if people:
                return people[0] if len(people) == 1 else None
        return None

    def get_by_natural_key(self, username):
        """For Django: `who_signs_in`, or DoesNotExist."""
        person = self.who_signs_in(username)
        if person is None:
            raise self.model.DoesNotExist
        return person

    def create_user(self, username, email="", password=None, **fields):
        user = self.model(username=username, email=email or "", **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, email="", password=None, **fields):
        fields.setdefault("name", username)
        return self.create_user(username, email, password, **fields | {"role": Role.SUPERADMIN})
