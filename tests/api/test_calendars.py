"""`business-calendars/`: Ira writes, Lea reads and asks what is due when."""

import pytest

from support_management.calendars import editing, queries
from support_management.calendars.engine import weekly_hours
from support_management.models import BusinessCalendar
from tests.api.program import problem

pytestmark = pytest.mark.django_db
BERLIN = {
    "name": "Berlin",
    "time_zone": "Europe/Berlin",
    "hours": {"mon": [["09:00", "12:30"], ["13:00", "17:00"]], "fri": [["09:00", "17:00"]]},
    "holidays": ["2026-12-25"],
    "holiday_country": None,
}


@pytest.fixture
def berlin(ira) -> BusinessCalendar:
    return editing.create(by=ira, **BERLIN)


@pytest.fixture
def office(ira) -> str:
    """The address of the preview of nine to five in Berlin."""
    row = editing.create(by=ira, name="Office", time_zone="Europe/Berlin", hours=weekly_hours.OFFICE)
    return f"business-calendars/{row.pk}/preview/"


class TestWrite:
    def test_ira_makes_one_and_reads_it_as_it_is(self, api, ira):
        made = api(ira).post("business-calendars/", **BERLIN)
        assert made.status_code == 201
        facts = made.json()
        assert facts["hours"] == {day: [] for day in weekly_hours.DAYS} | BERLIN["hours"]
        assert {name: facts[name] for name in BERLIN} == BERLIN | {"hours": facts["hours"]}
        assert api(ira).get(f"business-calendars/{facts['id']}/").json() == facts

    def test_the_same_key_makes_it_once(self, api, ira):
        first, again = (api(ira).post("business-calendars/", key="one", **BERLIN) for _ in range(2))
        assert (first.json(), again["Idempotent-Replayed"]) == (again.json(), "true")
        assert BusinessCalendar.objects.filter(name="Berlin").count() == 1

    def test_patch_keeps_what_it_does_not_name(self, api, ira, berlin):
        changed = api(ira).call("patch", f"business-calendars/{berlin.pk}/", holiday_country="DE").json()
        assert (changed["holiday_country"], changed["holidays"], changed["version"]) == ("DE", ["2026-12-25"], 2)
        assert berlin.versions.count() == 2

    def test_put_sets_what_it_does_not_name_back(self, api, ira, berlin):
        facts = {"name": "Bonn", "time_zone": "UTC", "hours": {}}
        changed = api(ira).call("put", f"business-calendars/{berlin.pk}/", **facts, version=1).json()
        assert (changed["name"], changed["holidays"], changed["hours"]["mon"]) == ("Bonn", [], [])
        refused = api(ira).call("put", f"business-calendars/{berlin.pk}/", name="Bonn")
        assert set(problem(refused, 400, "invalid")["errors"]) == {"time_zone", "hours"}

    def test_who_looked_at_an_older_version_gets_the_newer_one(self, api, ira, berlin):
        api(ira).call("patch", f"business-calendars/{berlin.pk}/", name="Bonn")
        refused = api(ira).call("patch", f"business-calendars/{berlin.pk}/", name="Kiel", version=1)
        assert problem(refused, 409, "stale")["current"]["name"] == "Bonn"

    def test_delete_takes_what_nothing_uses(self, api, ira, berlin, monkeypatch):
        monkeypatch.setattr(queries, "is_used", lambda calendar: True)
        refused = api(ira).call("delete", f"business-calendars/{berlin.pk}/")
        assert "Berlin is in use" in problem(refused, 409, "in_use")["detail"]
        monkeypatch.undo()
        for answer in (api(ira).call("delete", f"business-calendars/{berlin.pk}/", key="gone") for _ in range(2)):
            assert (answer.status_code, answer.content) == (204, b"")
        problem(api(ira).call("delete", f"business-calendars/{berlin.pk}/"), 404, "not_found")

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": 7}, "name"),
            ({"name": "office hours"}, "name"),
            ({"time_zone": "Berlin"}, "time_zone"),
            ({"hours": None}, "hours"),
            ({"hours": []}, "hours"),
            ({"hours": {"mon": [["9", "17"]]}}, "hours"),
            ({"hours": {"mon": [["22:00", "06:00"]]}}, "hours"),
            ({"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "hours"),
            ({"hours": {"mon": {"a": 1}}}, "hours"),
            ({"holidays": ["soon"]}, "holidays"),
            ({"holidays": [7]}, "holidays.0"),
            ({"holidays": "2026-12-25"}, "holidays"),
            ({"holiday_country": "Germany"}, "holiday_country"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_what_cannot_be_taken_is_named(self, api, ira, facts, field):
        answer = api(ira).post("business-calendars/", **BERLIN | facts)
        assert answer.status_code == 400
        assert set(answer.json()["errors"]) == {field}


class TestPreview:
    def test_what_is_due_when(self, api, lea, office):
        answer = api(lea).get(office, start="2026-03-27T10:00:00Z", minutes=480)
        assert answer.json() == {"due_at": "2026-03-30T09:00:00.000000Z"}  # the clock moves on between
        assert api(lea).get(office, start="2026-03-27T10:00:00Z", minutes=0).json() == {
            "due_at": "2026-03-27T10:00:00.000000Z"
        }

    def test_how_much_working_time_lies_between(self, api, lea, office):
        asked = {"start": "2026-03-27T10:00:00Z", "until": "2026-03-30T09:00:00Z"}
        assert api(lea).get(office, **asked).content == b'{"working_seconds":28800}'
        half = asked | {"until": "2026-03-27T10:00:00.500000Z"}
        assert api(lea).get(office, **half).json() == {"working_seconds": 0.5}

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({}, "start"),
            ({"start": "2026-03-27T10:00:00Z"}, "minutes"),
            ({"start": "2026-03-27T10:00:00Z", "minutes": 1, "until": "2026-03-28T10:00:00Z"}, "until"),
            ({"start": "2026-03-27T10:00:00", "minutes": 1}, "start"),
            ({"start": "yesterday", "minutes": 1}, "start"),
            ({"start": "2026-03-27T10:00:00Z", "minutes": -1}, "minutes"),
            ({"start": "2026-03-27T10:00:00Z", "minutes": "NaN"}, "minutes"),
            ({"start": "2026-03-27T10:00:00Z", "minutes": 10**12}, "minutes"),
            ({"start": "2026-03-27T10:00:00Z", "minutes": 10**9}, "minutes"),
            ({"start": "1969-03-27T10:00:00Z", "minutes": 1}, "start"),
            ({"start": "2026-03-27T10:00:00Z", "until": "2500-03-27T10:00:00Z"}, "until"),
            ({"start": "2026-03-27T10:00:00Z", "until": "2026-03-27T09:00:00Z"}, "until"),
            ({"start": "2026-03-27T10:00:00Z", "minutes": 1, "now": 1}, "now"),
        ],
    )
    def test_what_cannot_be_answered_is_named(self, api, lea, office, asked, field):
        answer = api(lea).get(office, **asked)
        assert answer.status_code == 400, answer.content
        assert set(answer.json()["errors"]) == {field}

    def test_a_calendar_without_hours_says_so(self, api, lea, ira):
        row = editing.create(by=ira, name="Later", time_zone="UTC", hours={})
        refused = api(lea).get(f"business-calendars/{row.pk}/preview/", start="2026-03-27T10:00:00Z", minutes=1)
        assert "This calendar has no working hours" in problem(refused, 400, "never_opens")["detail"]


def test_a_list_costs_the_same_however_long(api, ira, lea, django_assert_num_queries):
    for number in range(20):
        editing.create(by=ira, **BERLIN | {"name": f"Site {number}"})
    program = api(lea)
    program.get("business-calendars/")
    with django_assert_num_queries(2):  # whose token, and the rows
        found = program.get("business-calendars/").json()
    assert [row["name"] for row in found["results"]][:3] == ["Always open", "Office hours", "Site 0"]
