"""Agents who took part in work: it stays visible to them for a while after it has gone to another owner."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from typing import Any, ClassVar, Protocol

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet

from support_management.core.prepared_statements import PreparedInsert
from support_management.core.time import now
from support_management.people.models import User
from support_management.people.viewer import Viewer

VISIBLE_FOR = timedelta(days=14)
"""How long work stays visible after the last participation."""


class Participation(models.Model):
    """An agent owned, answered or changed a piece of work. `work_field` names the key of the work."""

    work_field: ClassVar[str]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.user_id} in {getattr(self, f'{self.work_field}_id')}"


class OwnedWork(Protocol):
    """A ticket or a dispute, as far as visibility depends on it."""

    pk: Any
    assignee_id: int | None

    @property
    def website_id(self) -> int | None: ...


def record(model: type[Participation], work: models.Model, *people: User | None) -> None:
    """The work stays visible to those of these people who are agents."""
    moment = now()
    users = {person.pk: person for person in people if person is not None and person.is_desk}
    if users:
        rows = [model(**{model.work_field: work, "user": user, "at": moment}) for _, user in sorted(users.items())]
        _insert(model)(*rows)


def visible_work(model: type[Participation], viewer: Viewer) -> Q:
    """Work of the websites that an agent serves which is theirs, unassigned, or recently worked on by them."""
    recent = _recent(model).filter(user=viewer.id).values(f"{model.work_field}_id")
    return Q(assignee=viewer.id) | Q(assignee__isnull=True) | Q(pk__in=recent)


def may_see(
    model: type[Participation], viewer: Viewer, work: OwnedWork, participants: frozenset[int] | None = None
) -> bool:
    """`visible_work` for one row. `participants`: ids of recent participants, if already read."""
    if not viewer.serves(work.website_id):
        return False
    if work.assignee_id in (None, viewer.id):
        return True
    if participants is None:
        return _recent(model).filter(user=viewer.id, **{model.work_field: work.pk}).exists()
    return viewer.id in participants


def participants(model: type[Participation], ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """User ids of recent participants by id of the work. One query."""
    users: dict[int, set[int]] = {pk: set() for pk in ids}
    pairs = _recent(model).filter(**{f"{model.work_field}__in": list(users)})
    for pk, user_id in pairs.values_list(f"{model.work_field}_id", "user_id"):
        users[pk].add(user_id)
    return {pk: frozenset(members) for pk, members in users.items()}


def _recent(model: type[Participation]) -> QuerySet:
    return model._default_manager.filter(at__gt=now() - VISIBLE_FOR)


@cache
def _insert(model: type[Participation]) -> PreparedInsert:
    return PreparedInsert(model, unique_fields=[model.work_field, "user"], update_fields=["at"])
