"""Checks a password, for every door: under the limits on guessing, and audited."""

from django.contrib.auth import check_password_with_timing_attack_mitigation
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied

from support_management.audit import log
from support_management.people.models import User
from support_management.people.passwords import attempts

USER_KIND = User._meta.model_name or ""


class GuardedBackend(ModelBackend):
    """Signs in by a password and what names a person. SlowDown after too many failures."""

    def authenticate(self, request, username=None, password=None, **credentials):
        name = credentials.get(User.USERNAME_FIELD) if username is None else username
        if name is None or password is None:
            return None
        person = User.objects.who_signs_in(name)

        def is_right() -> bool:
            same = check_password_with_timing_attack_mitigation(person, password)
            return same and self.user_can_authenticate(person)

        if not attempts.checked(person, name, is_right):
            _audit("sign_in_failed", person, by=None)
            raise PermissionDenied  # no further backend is asked
        _audit(attempts.SIGN_IN, person, by=person)
        return person

    def get_user(self, user_id):
        """With the profile: the doors ask whether an agent is suspended."""
        person = User.objects.select_related("support_profile").filter(pk=user_id).first()
        return person if self.user_can_authenticate(person) else None


def confirm(person: User, password: str) -> bool:
    """Whether this is the password of a person who is signed in. SlowDown after too many failures."""
    right = attempts.checked(person, person.username, lambda: person.check_password(password))
    if not right:
        _audit("password_failed", person, by=person)
    return right


def record_change(person: User) -> None:
    """Audit that a person changed their own password."""
    _audit("password", person, by=person)


def _audit(verb: str, person: User | None, *, by: User | None) -> None:
    pk, by_id = person.pk if person else None, by.pk if by else None
    log.write(by_id=by_id, verb=verb, kind=USER_KIND, pk=pk, after={} if person else {"person": "unknown"})
