"""A new agent is offline until they are seen for the first time."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from support_management.core.time import now
from support_management.people.availability.models import AvailabilityInterval
from support_management.people.models import SupportAvailability, SupportWorkloadTracker, User
from support_management.tasks import follow_availability
from support_management.tickets import ownership
from tests import cast
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db
migration = import_module("support_management.migrations.0021_websites_and_presence")


@pytest.fixture
def nora():
    return User.objects.create_user("nora", "nora@desk.example", cast.PASSWORD, name="Nora New", role="support")


def kept(agent) -> tuple:
    row = SupportAvailability.objects.get(user=agent)
    last = AvailabilityInterval.objects.get(user=agent, ended_at=None)
    assert (last.state, last.available, last.why_not) == (row.state, row.available, row.why_not)
    return row.says, row.state, row.available, row.why_not, last.cause


class TestNewAgent:
    def test_is_offline_and_stays_so_until_the_first_sign_in(self, nora, client):
        follow_availability()
        assert kept(nora) == ("offline", "offline", False, "offline", "new")
        client.post("/login/", {"username": "nora", "password": cast.PASSWORD})
        assert kept(nora) == ("online", "online", True, "", "said")

    @pytest.mark.parametrize("sign", ["console", "api"])
    def test_an_open_console_or_work_through_the_api_is_seen_as_well(self, nora, sign):
        if sign == "console":
            QuerySet.update(SupportAvailability.objects.filter(user=nora), last_seen_at=now())
        else:
            ownership.claim(ticket=make_ticket().pk, by=nora)
        follow_availability()
        assert kept(nora) == ("online", "online", True, "", "seen")

    def test_who_was_set_offline_by_hand_stays_offline(self, ada, client):
        ada.availability.says = "offline"
        ada.availability.save(update_fields=["says"])
        client.post("/login/", {"username": "ada", "password": cast.PASSWORD})
        assert kept(ada)[:2] == ("offline", "offline")


class TestUpgrade:
    def test_agents_who_were_never_seen_go_offline_and_others_stay(self, ada, ben, zoe, lea):
        QuerySet.update(SupportAvailability.objects.filter(user=ben), last_seen_at=now())
        QuerySet.update(SupportWorkloadTracker.objects.filter(user=zoe), last_activity=now())
        QuerySet.update(User.objects.filter(pk=lea.pk), last_login=now())
        before = SupportAvailability.objects.get(user=ada).version
        migration.set_unseen_offline(apps, SimpleNamespace(connection=connection, execute=connection.cursor().execute))
        assert kept(ada) == ("offline", "offline", False, "offline", "new")
        assert SupportAvailability.objects.get(user=ada).version == before + 1
        assert AvailabilityInterval.objects.filter(user=ada).count() == 2
        assert {kept(person)[1] for person in (ben, zoe, lea)} == {"online"}
