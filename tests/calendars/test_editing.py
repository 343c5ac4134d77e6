"""Ira makes, changes and throws away calendars; every change of working time is kept as a version."""

from datetime import date, timedelta

import pytest
from django.db.models import ProtectedError

from support_management.audit.models import SupportActionLog
from support_management.calendars import country_holidays, defaults, editing, queries, versions
from support_management.calendars.engine import weekly_hours
from support_management.calendars.models import BEGINNING, BusinessCalendar, BusinessCalendarVersion
from support_management.core.errors import Conflict, Invalid, NotAllowed
from support_management.core.time import now
from support_management.events.models import DomainEvent
from tests.calendars.builders import at
from tests.refusals import refused

pytestmark = pytest.mark.django_db
HOUR = 3600
LATE = {"mon": [["12:00", "20:00"]], "tue": [["12:00", "20:00"]]}


def make(ira, **facts) -> BusinessCalendar:
    return editing.create(
        by=ira, **{"name": "Berlin", "time_zone": "Europe/Berlin", "hours": weekly_hours.OFFICE} | facts
    )


class TestMake:
    def test_a_fresh_desk_has_two(self):
        names = list(queries.all_calendars().values_list("name", flat=True))
        assert names == ["Always open", "Office hours"]
        assert (
            versions.hours_of(defaults.always_open().pk).between(at("2026-11-28 00:00"), at("2026-11-29 00:00"))
            == 24 * HOUR
        )
        defaults.make()
        assert BusinessCalendar.objects.count() == 2

    def test_it_counts_on_the_wall_clocks_of_its_zone(self, ira):
        row = make(ira, holidays=["2026-12-24", "2026-12-24"], holiday_country="de")
        assert (row.holidays, row.holiday_country) == (["2026-12-24"], "DE")
        hours = versions.hours_of(row.pk)
        assert hours.add(at("2026-12-23 15:00"), 2 * HOUR) == at("2026-12-28 09:00")  # 24 own, 25 Germany's

    def test_the_first_version_holds_from_the_beginning(self, ira):
        row = make(ira)
        version = row.versions.get()
        assert (version.number, version.effective_from, version.author, version.hours) == (
            1,
            BEGINNING,
            ira,
            weekly_hours.OFFICE,
        )
        log = SupportActionLog.objects.get(object_kind="businesscalendar", object_id=row.pk)
        assert (log.verb, log.actor, log.after["time_zone"]) == ("add", ira, "Europe/Berlin")
        assert DomainEvent.objects.filter(kind="CalendarChanged", payload__calendar_id=row.pk).count() == 1

    @pytest.mark.parametrize(
        ("facts", "code", "field"),
        [
            ({"name": " "}, "empty", "name"),
            ({"name": "x" * 81}, "too_long", "name"),
            ({"name": "office HOURS"}, "taken", "name"),
            ({"time_zone": "Berlin"}, "unknown_zone", "time_zone"),
            ({"time_zone": None}, "unknown_zone", "time_zone"),
            ({"time_zone": "../../etc/passwd"}, "unknown_zone", "time_zone"),
            ({"hours": {"mon": [["17:00", "09:00"]]}}, "hours", "hours"),
            ({"holidays": "2026-12-25"}, "holidays", "holidays"),
            ({"holidays": ["25.12.2026"]}, "holidays", "holidays"),
            ({"holidays": ["2026-02-29"]}, "holidays", "holidays"),
            ({"holidays": ["1900-01-01"]}, "holidays", "holidays"),
            ({"holidays": ["20261225"]}, "holidays", "holidays"),
            ({"holidays": [None]}, "holidays", "holidays"),
            ({"holidays": ["2026-12-25"] * 1001}, "holidays", "holidays"),
            ({"holiday_country": "XX"}, "unknown_country", "holiday_country"),
            ({"holiday_country": 49}, "unknown_country", "holiday_country"),
        ],
    )
    def test_what_cannot_be_taken_is_refused_with_its_field(self, ira, facts, code, field):
        with refused(code, Invalid, field=field):
            make(ira, **facts)

    @pytest.mark.parametrize("who", ["ada", "lea"])
    def test_only_admins_write(self, request, ira, who):
        person, row = request.getfixturevalue(who), make(ira)
        for verb in (
            lambda: make(person, name="Mine"),
            lambda: editing.change(calendar=row.pk, by=person, name="Mine"),
            lambda: editing.delete(calendar=row.pk, by=person),
        ):
            with refused("admins_only", NotAllowed):
                verb()
        assert BusinessCalendar.objects.get(pk=row.pk).name == "Berlin"


class TestChange:
    def test_the_time_before_counts_across_versions(self, ira):
        row = make(ira, time_zone="UTC", hours=weekly_hours.ALWAYS)
        before = versions.hours_of(row.pk)
        editing.change(calendar=row.pk, by=ira, hours={})
        changed = row.versions.get(number=2).effective_from
        hours = versions.hours_of(row.pk)
        assert before.between(changed - timedelta(hours=2), changed + timedelta(hours=2)) == 4 * HOUR
        assert hours.between(changed - timedelta(hours=2), changed + timedelta(hours=2)) == 2 * HOUR
        assert hours.add(changed - timedelta(hours=2), 2 * HOUR) == changed

    def test_a_preview_shows_the_hours_as_they_were_saved_last(self, ira):
        row = editing.change(calendar=make(ira, time_zone="UTC").pk, by=ira, hours=LATE)
        assert versions.hours_now(row).add(at("2026-03-23 09:00"), HOUR) == at("2026-03-23 13:00")
        assert versions.hours_of(row.pk).add(at("2026-03-23 09:00"), HOUR) == at("2026-03-23 10:00")

    def test_other_hours_can_be_planned(self, ira):
        row, soon = make(ira), now() + timedelta(days=30)
        editing.change(calendar=row.pk, by=ira, hours=LATE, effective_from=soon)
        assert row.versions.get(number=2).effective_from == soon
        with refused("planned", Conflict, field="effective_from", match="planned"):
            editing.change(calendar=row.pk, by=ira, hours=weekly_hours.ALWAYS)
        with refused("past", Invalid, field="effective_from", match="can't be changed"):
            editing.change(calendar=row.pk, by=ira, hours=weekly_hours.ALWAYS, effective_from=now() - timedelta(days=1))
        editing.change(calendar=row.pk, by=ira, name="Another name")
        assert row.versions.count() == 2

    def test_a_new_name_is_no_new_version_and_no_change_is_nothing(self, ira):
        row = make(ira)
        editing.change(calendar=row.pk, by=ira, name="Munich", time_zone="Europe/Berlin")
        same = editing.change(calendar=row.pk, by=ira, name="Munich", hours=weekly_hours.OFFICE)
        assert (same.version, row.versions.count()) == (2, 1)
        log = SupportActionLog.objects.filter(object_kind="businesscalendar", object_id=row.pk).last()
        assert (log.before, log.after) == ({"name": "Berlin"}, {"name": "Munich"})

    def test_who_looked_at_an_older_one_is_told(self, ira):
        row = make(ira)
        editing.change(calendar=row.pk, by=ira, name="Munich", version=row.version)
        with refused("stale"):
            editing.change(calendar=row.pk, by=ira, name="Bonn", version=row.version)

    def test_a_calendar_in_use_keeps_some_hours(self, ira, monkeypatch):
        row = make(ira)
        monkeypatch.setattr(queries, "is_used", lambda calendar: True)
        with refused("in_use", Conflict, match="in use"):
            editing.change(calendar=row.pk, by=ira, hours={})
        with refused("in_use", Conflict, match="Berlin is in use"):
            editing.delete(calendar=row.pk, by=ira)

    def test_a_calendar_may_be_planned_before_its_hours_are_known(self, ira):
        row = make(ira, hours={})
        with refused("never_opens", Invalid, match="no working hours"):
            versions.hours_of(row.pk).add(now(), 60)


class TestCountries:
    def test_each_country_that_can_be_chosen_has_its_year(self):
        years = {code: country_holidays.of_year(code, 2026) for code in country_holidays.names()}
        assert len(years) > 200
        assert years["DE"][date(2026, 10, 3)] == "German Unity Day"
        assert all(day.year == 2026 for days in years.values() for day in days)


class TestThrowAway:
    def test_nothing_uses_it_so_it_goes_with_its_versions(self, ira):
        row = make(ira)
        editing.delete(calendar=row.pk, by=ira)
        assert not BusinessCalendarVersion.objects.filter(calendar=row.pk).exists()
        assert SupportActionLog.objects.get(verb="delete").before["hours"] == weekly_hours.OFFICE
        with refused("not_found"):
            versions.hours_of(row.pk)
        with refused("not_found"):
            editing.delete(calendar=row.pk, by=ira)

    def test_what_is_taken_into_use_meanwhile_stays(self, ira, monkeypatch):
        def protected(*_, **__):
            raise ProtectedError("used", set())

        row = make(ira)
        monkeypatch.setattr(BusinessCalendar, "delete", protected)
        with refused("in_use", Conflict, match="now in use"):
            editing.delete(calendar=row.pk, by=ira)
        assert not SupportActionLog.objects.filter(verb="delete").exists()


class TestWritesWithoutACapability:
    def test_a_row_made_in_a_shell_has_its_version_too(self):
        row = BusinessCalendar.objects.create(name="Shell", time_zone="UTC", hours={"mon": [["09:00", "17:00"]]})
        assert BusinessCalendar.objects.get(pk=row.pk).hours["sun"] == []
        assert versions.hours_of(row.pk).add(at("2026-11-23 16:00"), 2 * HOUR) == at("2026-11-30 10:00")

    def test_an_update_makes_a_version(self, ira):
        row = make(ira)
        BusinessCalendar.objects.filter(pk=row.pk).update(time_zone="Asia/Tokyo")
        assert row.versions.get(number=2).time_zone == "Asia/Tokyo"
        assert DomainEvent.objects.filter(kind="CalendarChanged").count() >= 2

    def test_what_cannot_be_computed_is_refused(self, ira):
        row = make(ira)
        with refused("unknown_zone", Invalid, field="time_zone"):
            BusinessCalendar.objects.filter(pk=row.pk).update(time_zone="Nowhere")
        assert BusinessCalendar.objects.get(pk=row.pk).time_zone == "Europe/Berlin"


class TestCost:
    def test_a_clock_asks_once_and_what_was_computed_is_kept(self, ira, django_assert_num_queries):
        rows = [make(ira, name=name) for name in ("One", "Two")]
        editing.change(calendar=rows[0].pk, by=ira, hours=LATE)
        versions.hours_of_each(row.pk for row in rows)
        with django_assert_num_queries(1):
            versions.hours_of_each(row.pk for row in rows)
        known = versions.hours_of(rows[0].pk)
        with django_assert_num_queries(1):
            assert versions.hours_of(rows[0].pk) is known

    def test_a_version_that_another_process_added_counts_at_once(self, ira):
        row = make(ira, time_zone="UTC")
        versions.hours_of(row.pk)
        past = at("2026-01-05 00:00")
        BusinessCalendarVersion.objects.create(calendar=row, number=2, effective_from=past, hours=weekly_hours.ALWAYS)
        assert versions.hours_of(row.pk).add(at("2026-01-05 01:00"), HOUR) == at("2026-01-05 02:00")
