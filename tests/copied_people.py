"""People as the product makes them, made once a process and then copied: the rows are the same, the work is not.

Making an agent writes thirteen rows with all that follows from each. Tests that need somebody to be there take copies;
`tests/people/test_copied_people.py` holds them against an agent that the product has just made.
"""

from copy import copy

from django.db import connection, models

from support_management.analytics.models import SupportDashboard
from support_management.core.models import NumberSequence
from support_management.core.prepared_statements import PreparedInsert
from support_management.core.time import now
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.models import (
    SupportAvailability,
    SupportProfile,
    SupportWorkloadTracker,
    User,
    Website,
)
from support_management.search import upkeep

OWN_ROWS = {
    SupportProfile: "user",
    SupportAvailability: "user",
    AvailabilityInterval: "user",
    SupportWorkloadTracker: "user",
    SupportDashboard: "agent",
}
"""The tables with rows of an agent from the first moment, and the field that names the agent."""
_Serves = SupportProfile.websites.through
_INSERTS = {model: PreparedInsert(model) for model in (User, *OWN_ROWS, _Serves)}
_patterns: dict[tuple[str, str], list[models.Model]] = {}


def keep(user: User) -> None:
    """Copy this person from now on, whenever one of the same role is needed."""
    rows = [row for model, field in OWN_ROWS.items() for row in model._base_manager.filter(**{field: user})]
    _patterns[connection.vendor, user.role] = [User.objects.get(pk=user.pk), *rows]


def copied(username: str, role: str, website: Website | None, **facts) -> int | None:
    """The key of a new person with rows like those that were kept. None when there is nobody to copy."""
    pattern = _patterns.get((connection.vendor, role))
    if pattern is None:
        return None
    user = _inserted(pattern[0], username=username, **facts)
    for row in pattern[1:]:
        own = {OWN_ROWS[type(row)]: user}
        if isinstance(row, SupportProfile):
            own["registration_id"] = f"SUP-{NumberSequence.take('agent') - 10_000:05d}"
        made = _inserted(row, **own)
        if website is not None and isinstance(made, SupportProfile):
            _INSERTS[_Serves](_Serves(supportprofile=made, website=website))
    upkeep.person_created(user.pk)
    return user.pk


def _inserted(pattern: models.Model, **values) -> models.Model:
    """A row like the pattern, with these values; what happened when the pattern was made happens now."""
    row = copy(pattern)
    row._state = copy(pattern._state)
    row._state.fields_cache = {}
    row.pk = None
    for field in row._meta.concrete_fields:
        if isinstance(field, models.DateTimeField) and getattr(row, field.attname) is not None:
            setattr(row, field.attname, now())
    for name, value in values.items():
        setattr(row, name, value)
    _INSERTS[type(row)](row)
    return row
