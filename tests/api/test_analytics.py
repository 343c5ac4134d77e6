"""SLA compliance, through the API."""

import pytest

from tests.analytics.builders import HOUR, at, ended, keep
from tests.api.program import problem
from tests.factories import make_ticket

PATH = "dashboard/analytics/sla/"
ASKED = {"since": "2026-11-01", "until": "2026-11-10", "per": "week", "by": "agent"}


@pytest.fixture
def clocks(ada, ben):
    ticket = make_ticket()
    keep(
        ended(ticket, at("2026-11-03 12:00"), took=3 * HOUR, agent=ada),
        ended(ticket, at("2026-11-04 12:00"), agent=ben),
        ended(ticket, at("2026-10-25 12:00"), agent=ben),
    )


def test_a_lead_reads_the_desks_figures(api, lea, ada, clocks):
    found = api(lea).get(PATH, **ASKED).json()
    assert found["total"] == {"met": 1, "breached": 1, "n": 2, "compliance_percent": 50.0, "breach_minutes": 60}
    assert (found["before"]["n"], found["change_points"], found["open_breached"]) == (1, -50.0, 0)
    assert [(step["since"], step["until"], step["n"]) for step in found["series"]] == [
        ("2026-11-01", "2026-11-01", 0),
        ("2026-11-02", "2026-11-08", 2),
        ("2026-11-09", "2026-11-10", 0),
    ]
    assert found["groups"][0]["key"] == ada.pk
    assert found["groups"][0]["now"]["breached"] == 1
    assert {group["name"] for group in found["groups"]} == {"Ada Agent", "Ben Agent"}


def test_an_agent_reads_their_own(api, ben, clocks):
    found = api(ben).get(PATH, **ASKED).json()
    assert [group["name"] for group in found["groups"]] == ["Ben Agent"]
    assert found["total"]["n"] == 1


def test_without_asking_it_is_the_last_thirty_days_by_policy(api, lea, clocks):
    found = api(lea).get(PATH).json()
    assert (found["per"], found["by"], len(found["series"])) == ("day", "policy", 30)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"since": "soon"}, "since"),
        ({"since": "2026-11-10", "until": "2026-11-01"}, "until"),
        ({"until": "0001-01-01"}, "until"),
        ({"since": "0001-01-01"}, "since"),
        ({"since": "2020-01-01"}, "per"),
        ({"per": "year"}, "per"),
        ({"by": ""}, "by"),
        ({"who": "ada"}, "who"),
    ],
)
def test_what_cannot_be_counted_is_named(api, lea, asked, field):
    answer = api(lea).get(PATH, **asked)
    assert answer.status_code == 400
    assert field in problem(answer, 400, answer.json()["code"])["errors"]
