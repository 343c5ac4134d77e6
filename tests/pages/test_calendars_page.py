"""Lea looks at the calendars; agents do not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.calendars import editing
from support_management.calendars.engine import weekly_hours
from support_management.models import BusinessCalendar
from tests.pages.builders import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def berlin(ira) -> BusinessCalendar:
    row = editing.create(
        by=ira, name="Berlin <b>", time_zone="Europe/Berlin", hours=weekly_hours.OFFICE, holiday_country="DE"
    )
    return editing.change(calendar=row.pk, by=ira, hours=weekly_hours.OFFICE | {"sat": [["10:00", "14:00"]]})


def test_lea_sees_each_calendar_in_a_line(lea, berlin):
    page = Person(lea).get("/sla/calendars/").text
    assert "Berlin &lt;b&gt;" in page
    assert "Mon to Fri 09:00–17:00; Sat 10:00–14:00" in page
    assert "holidays of Germany" in page
    assert "24/7" in page
    assert "/admin/" not in page


def test_ira_finds_the_way_to_change_one(ira, berlin):
    page = Person(ira).get(f"/sla/calendars/{berlin.pk}/").text
    assert f"/admin/support_management/businesscalendar/{berlin.pk}/change/" in page


def test_the_page_shows_two_weeks_and_every_version(lea, ira, berlin):
    page = Person(lea).page(f"/sla/calendars/{berlin.pk}/")
    assert len(page.with_("viewbox")) + len(page.with_("viewBox")) == 14
    text = Person(lea).get(f"/sla/calendars/{berlin.pk}/").text
    assert text.count("fortnight-open") in range(10, 13)  # six days a week, holidays apart
    assert ">Start<" in text
    assert text.count("Ira Admin") == 2


def test_what_is_due_when_needs_no_script(lea, berlin):
    person = Person(lea, scripted=False)
    text = " ".join(person.get(f"/sla/calendars/{berlin.pk}/", start="2026-03-27T11:00", time="8h").text.split())
    assert "Due <strong>Saturday 28 March 2026, 12:00:00</strong> in Europe/Berlin (28 March, 11:00:00 UTC)" in text
    assert 'value="8h"' in text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"start": "x" * 5000, "time": "8h"}, "Enter a date and time"),
        ({"time": '"><script>'}, "Enter a business time"),
        ({"time": "\x00"}, "Enter a business time"),
    ],
)
def test_what_cannot_be_answered_is_said_on_the_page(lea, berlin, asked, said):
    answer = Person(lea).get(f"/sla/calendars/{berlin.pk}/", **asked)
    assert answer.status_code == 200
    assert said in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("cleo", 403), ("lea", 200), ("ira", 200)])
def test_it_is_for_leads(request, berlin, who, status):
    person = Person(request.getfixturevalue(who))
    for address in ("/sla/calendars/", f"/sla/calendars/{berlin.pk}/"):
        assert person.get(address).status_code == status


@pytest.mark.parametrize("pk", [10**9, 2**63, 10**30])
def test_a_calendar_that_is_none_is_not_there(lea, pk):
    assert Person(lea).get(f"/sla/calendars/{pk}/").status_code == 404


def test_many_calendars_cost_as_many_queries_as_few(lea, ira):
    person = Person(lea)
    few = _cost(person)
    for number in range(20):
        editing.create(by=ira, name=f"Site {number}", time_zone="UTC", hours=weekly_hours.OFFICE)
    assert _cost(person) == few


def _cost(person: Person) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert person.get("/sla/calendars/").status_code == 200
    return len(asked)
