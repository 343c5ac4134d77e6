"""The two kinds of write: one tells of itself, the rows of the other are recorded."""

import pytest
from django.db import connection

from support_management.events.capability import capability, recorded_write, unit_of_work
from support_management.events.models import DomainEvent
from support_management.events.suppression import quietly
from support_management.people import agent_settings
from support_management.people.models import Website

pytestmark = pytest.mark.django_db


def rename() -> None:
    assert connection.in_atomic_block
    row = Website.objects.get(name="One")
    row.name = "Another"
    row.save()


@pytest.fixture
def website() -> Website:
    with quietly():
        return Website.objects.create(name="One")


def recorded() -> list[tuple]:
    rows = DomainEvent.objects.filter(kind="RecordChanged").order_by("pk")
    return [(row.payload["kind"], tuple(row.payload["fields"])) for row in rows]


def test_a_recorded_write_publishes_what_it_wrote(website):
    recorded_write(rename)()
    assert recorded() == [("website", ("all",))]


@pytest.mark.parametrize("write", [capability(rename), unit_of_work()(rename)], ids=["capability", "unit_of_work"])
def test_a_capability_publishes_its_own_events_only(website, write):
    write()
    assert recorded() == []
    assert Website.objects.filter(name="Another").exists()


def test_what_an_agent_can_carry_is_a_recorded_write(ira, ada):
    agent_settings.change(profile=ada.support_profile.pk, by=ira, capacity=7)
    assert ("supportprofile", ("capacity",)) in recorded()
