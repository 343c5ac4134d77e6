"""The people of the tests are like those that the product makes."""

import pytest
from django.apps import apps
from django.db import connection, models

from support_management.models import DomainEvent, SupportActionLog, SupportProfile, User
from support_management.people.roles import Role
from tests import cast, copied_people

pytestmark = pytest.mark.django_db
OF_THE_MAKING = (DomainEvent, SupportActionLog)
OWN = {"id", "user", "agent", "username", "name", "email", "registration_id", "supportprofile"}


def facts(user: User) -> dict[str, list[dict]]:
    """What every table says of a person, without what differs from one to the next."""
    profile = getattr(user, "support_profile", None)
    whose = {User: user, SupportProfile: profile} if profile else {User: user}
    found = {"User": [_told(user)]}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.related_model in whose and model not in OF_THE_MAKING:
                rows = model._base_manager.filter(**{field.name: whose[field.related_model]})
                found[f"{model.__name__}.{field.name}"] = [_told(row) for row in rows]
    return found


def _told(row: models.Model) -> dict:
    return {
        field.name: getattr(row, field.attname) is not None if isinstance(field, models.DateTimeField) else value
        for field in row._meta.concrete_fields
        if field.name not in OWN
        for value in [getattr(row, field.attname)]
    }


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.LEAD, Role.ADMIN, Role.CLIENT, Role.WRITER])
@pytest.mark.parametrize("served", [False, True])
def test_a_copy_is_like_the_person_that_the_product_makes(monkeypatch, role, served):
    website = cast.north() if served and role == Role.SUPPORT else None
    monkeypatch.setattr(copied_people, "_patterns", {})
    original = cast.person("una", role, website=website)
    assert (connection.vendor, role) in copied_people._patterns
    copy = cast.person("uwe", role, website=website)
    assert facts(copy) == facts(original)
    assert copy.check_password(cast.PASSWORD)
