"""Ira writes a calendar in the administration, as text."""

import pytest

from support_management.audit.models import SupportActionLog
from support_management.calendars import editing, queries
from support_management.calendars.engine import weekly_hours
from support_management.models import BusinessCalendar
from tests.admin.conftest import page_of, words

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Berlin",
    "time_zone": "Europe/Berlin",
    "mon": "09:00-12:30, 13:00-17:00",
    "tue": "09:00 – 24:00",
    "holiday_country": "DE",
    "holidays": "2026-12-24\r\n2026-12-31",
}


@pytest.fixture
def berlin(ira) -> BusinessCalendar:
    return editing.create(by=ira, name="Berlin", time_zone="Europe/Berlin", hours=weekly_hours.OFFICE)


def save(browser, row: BusinessCalendar, **typed):
    shown = {day: weekly_hours.text_of(row.hours[day]) for day in weekly_hours.DAYS}
    facts = {
        "name": row.name,
        "time_zone": row.time_zone,
        "holidays": "",
        "version_seen": row.version,
        **_no_versions(),
    }
    return browser.post(page_of(BusinessCalendar, "change", row.pk), facts | shown | typed, follow=True)


def _no_versions() -> dict:
    return {"versions-TOTAL_FORMS": 0, "versions-INITIAL_FORMS": 0}


def test_ira_makes_one_from_text(as_ira):
    assert as_ira.post(page_of(BusinessCalendar, "add"), TYPED).status_code == 302
    row = BusinessCalendar.objects.get(name="Berlin")
    assert row.hours == weekly_hours.read(
        {"mon": [["09:00", "12:30"], ["13:00", "17:00"]], "tue": [["09:00", "24:00"]]}
    )
    assert (row.holidays, row.holiday_country) == (["2026-12-24", "2026-12-31"], "DE")
    assert row.versions.get().author.username == "ira"


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"tue": "nine"}, "tue", "an interval is a start and an end"),
        ({"wed": "22:00-06:00"}, "wed", "does not end after it starts"),
        ({"holidays": "Christmas"}, "holidays", "is not a date"),
        ({"name": "office hours"}, "name", "calendar with this name already exists"),
        ({"time_zone": "Berlin"}, "time_zone", "Select a valid choice"),
        ({"name": "a\x00b"}, "name", "Null characters"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_line(as_ira, typed, field, said):
    answer = as_ira.post(page_of(BusinessCalendar, "add"), TYPED | typed)
    assert answer.status_code == 200
    assert said in " ".join(answer.context["adminform"].form.errors[field])
    assert BusinessCalendar.objects.count() == 2


def test_a_change_makes_a_version_and_a_line_of_the_audit(as_ira, berlin):
    save(as_ira, berlin, sat="10:00-14:00")
    assert berlin.versions.count() == 2
    assert (
        SupportActionLog.objects.filter(object_kind="businesscalendar", object_id=berlin.pk, verb="edit").count() == 1
    )


def test_a_change_can_be_planned(as_ira, berlin):
    save(as_ira, berlin, sat="10:00-14:00", effective_from_0="2099-01-01", effective_from_1="00:00:00")
    assert berlin.versions.get(number=2).effective_from.year == 2099
    answer = save(as_ira, BusinessCalendar.objects.get(pk=berlin.pk), sun="10:00-14:00")
    assert "A change is already planned from 2099-01-01" in answer.text


def test_who_was_overtaken_is_told_and_what_was_typed_stays(as_ira, ira, berlin):
    editing.change(calendar=berlin.pk, by=ira, name="Bonn")
    answer = save(as_ira, berlin, sat="10:00-14:00")
    assert "changed in the meantime" in answer.text
    assert 'value="10:00-14:00"' in answer.text
    assert berlin.versions.count() == 1


def test_the_page_shows_two_weeks_and_answers_what_is_due_when(as_ira, berlin):
    address = page_of(BusinessCalendar, "change", berlin.pk)
    shown = as_ira.get(address, {"start": "2026-03-27T11:00", "time": "8h"}).text
    assert shown.count("fortnight-day") == 14
    assert "Due <strong>Monday 30 March 2026, 11:00:00</strong>" in shown
    assert "fortnight" not in as_ira.get(page_of(BusinessCalendar, "add")).text.replace("fortnight.css", "")


def test_what_nothing_uses_goes(as_ira, berlin, monkeypatch):
    address = page_of(BusinessCalendar, "delete", berlin.pk)
    monkeypatch.setattr(queries, "is_used", lambda calendar: True)
    refused = as_ira.post(address, {"post": "yes"}, follow=True)
    assert any("Berlin is in use" in word for word in words(refused))
    assert BusinessCalendar.objects.filter(pk=berlin.pk).exists()
    monkeypatch.undo()
    assert as_ira.post(address, {"post": "yes"}).status_code == 302
    assert not BusinessCalendar.objects.filter(pk=berlin.pk).exists()
