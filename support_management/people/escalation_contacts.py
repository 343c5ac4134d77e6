"""Admins before whom work is put."""

from collections import Counter
from collections.abc import Iterable

from support_management.core.errors import Invalid
from support_management.people import roles
from support_management.people.models import User


def require_admin(person: User, *, by: User) -> User:
    """The person. Invalid yourself, not_an_admin unless an active admin other than the caller."""
    if person.pk == by.pk:
        raise Invalid("yourself", "Choose another admin: nobody decides their own escalation.", field="escalated_to")
    if person.role not in roles.ADMINS or not person.is_active:
        raise Invalid("not_an_admin", "Choose an admin.", field="escalated_to")
    return person


def others(by: User) -> list[User]:
    """Active admins other than the caller, by name."""
    rows = User.objects.filter(role__in=roles.ADMINS, is_active=True).exclude(pk=by.pk)
    return list(rows.order_by("name", "pk"))


def least_asked(asked: Iterable[int | None], *, by: User) -> User | None:
    """The admin who is named least often in `asked`; None when there is no other than the caller."""
    counts = Counter(asked)
    return min(others(by), key=lambda person: (counts[person.pk], person.pk), default=None)
