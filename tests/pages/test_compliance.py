"""Lea looks at how promises were kept, on screen, on paper and in a file; agents do not."""

import csv
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.analytics import reports
from support_management.models import SLAPolicy, SLAReport, Ticket
from tests.analytics.builders import HOUR, at, ended, keep
from tests.factories import make_ticket
from tests.pages.builders import Person

pytestmark = pytest.mark.django_db
NOVEMBER = {"since": "2026-11-01", "until": "2026-11-10", "per": "day", "by": "policy"}


@pytest.fixture
def clocks(ada):
    ticket = make_ticket(subject="<b>Late</b> & =odd", assignee=ada)
    keep(
        ended(ticket, at("2026-11-03 12:00"), took=3 * HOUR, agent=ada),
        *(ended(ticket, at("2026-11-04 12:00") + n * HOUR, agent=ada) for n in range(3)),
    )


class TestFigures:
    def test_she_sees_figures_chart_table_and_the_period_before(self, lea, clocks):
        page = Person(lea).page("/sla/compliance/", **NOVEMBER)
        text = page.text
        assert "75.0%" in text
        assert "3 of 4 met" in text
        assert "of 4 targets · 60 breach minutes" in text
        assert "Previous period – no targets completed" in text
        (chart,) = page.all(lambda node: node.tag == "svg" and node.get("role") == "img")
        title = page.by_id(chart["aria-labelledby"]).text
        assert title == "SLA compliance. 75% of 4 targets met; lowest 0% from 3 Nov."
        assert len(page.all(lambda node: node.tag == "circle" and "dot-in" in node.classes)) == 2
        assert len(page.all(lambda node: node.tag == "rect" and "missed" in node.classes and "fill" in node)) == 1
        assert len(page.all(lambda node: node.get("name") == "kept-view")) == 2

    def test_every_id_on_the_page_is_there_once(self, lea, clocks):
        ids = [node["id"] for node in Person(lea).page("/sla/compliance/", **NOVEMBER).with_("id")]
        assert len(ids) == len(set(ids))

    @pytest.mark.one_database
    @pytest.mark.parametrize("by", ["policy", "metric", "priority", "website", "agent"])
    @pytest.mark.parametrize("per", ["day", "week", "month"])
    def test_each_grouping_and_cut_is_a_plain_address(self, lea, clocks, by, per):
        assert "75.0" in Person(lea, scripted=False).page("/sla/compliance/", **NOVEMBER | {"by": by, "per": per}).text

    def test_where_nothing_ended_it_says_so(self, lea):
        text = Person(lea).page("/sla/compliance/", since="2020-01-01", until="2020-01-05").text
        assert "No targets completed in this period. Choose an earlier one." in text
        assert "%" not in text.partition("Breached and open")[0].partition("Compliance")[2]

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"since": "2026-11-10", "until": "2026-11-01"}, "The end is before the start."),
            ({"since": "soon"}, "Enter a valid date."),
            ({"until": "\x00"}, "Enter a valid date."),
            ({"since": "9999-12-31", "until": "9999-12-31"}, "Choose days from 2000 up to 2199."),
            ({"until": "0001-01-01"}, "Choose days from 2000 up to 2199."),
            ({"per": "year"}, "Select a valid choice."),
            ({"by": "x" * 5000}, "Select a valid choice."),
            ({"by": "metric", "key": "7"}, "This group does not exist."),
            ({"by": "policy", "key": "first_response"}, "This group does not exist."),
            ({"key": "\u0663"}, "This group does not exist."),
            ({"since": "2020-01-01", "until": "2026-01-01"}, "At most 100 days can be shown. Choose weeks or months."),
        ],
    )
    def test_what_cannot_be_counted_is_said_beside_the_form(self, lea, asked, said):
        answer = Person(lea).get("/sla/compliance/", **asked)
        assert answer.status_code == 400
        assert said in answer.text

    def test_a_missed_number_leads_to_the_promises_behind_it_and_why(self, lea, clocks):
        person = Person(lea)
        page = person.page("/sla/compliance/", **NOVEMBER | {"by": "agent"})
        (link,) = page.all(lambda node: node.tag == "a" and node.get("href").endswith("#breaches-heading"))
        assert link["aria-label"] == "1 breached, Ada Agent"
        page = person.page("/sla/compliance/" + link["href"].partition("#")[0])
        assert page.by_id("breaches-heading").text == "Breaches and causes: Ada Agent"
        (listed,) = page.all(lambda node: "breach" in node.classes)
        assert "Answered 1h 0m late" in listed.text

    @pytest.mark.parametrize(("by", "key"), [("policy", "none"), ("metric", "resolution"), ("agent", "9" * 18)])
    def test_a_group_without_breaches_lists_none(self, lea, clocks, by, key):
        page = Person(lea).page("/sla/compliance/", **NOVEMBER | {"by": by, "key": key})
        assert page.all(lambda node: "breach" in node.classes) == []
        assert "Show all groups" in page.text

    def test_her_days_are_those_of_her_zone(self, lea, ada):
        keep(ended(make_ticket(), at("2026-11-09 23:30")))
        lea.time_zone = "Europe/Berlin"
        lea.save()
        tenth = {"since": "2026-11-10", "until": "2026-11-10"}
        assert "1 of 1 met" in Person(lea).page("/sla/compliance/", **tenth).text

    def test_the_file_has_the_same_figures(self, lea, clocks):
        SLAPolicy.objects.filter(pk=SLAPolicy.objects.order_by("position").first().pk).update(name="=1+1")
        answer = Person(lea).get("/sla/compliance/", **NOVEMBER, format="csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="compliance-2026-11-01-2026-11-10.csv"'
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0][:2] == ["From (UTC)", "To (UTC)"]
        assert rows[1:] == [
            ["2026-11-03", "2026-11-03", "'=1+1", "0", "1", "1", "0.0", "60"],
            ["2026-11-04", "2026-11-04", "'=1+1", "3", "0", "3", "100.0", "0"],
        ]

    def test_many_clocks_cost_as_many_queries_as_few(self, lea, clocks):
        person, costs = Person(lea), []
        person.page("/sla/compliance/", **NOVEMBER)
        for more in (0, 200):
            keep(*(ended(Ticket.objects.get(), at("2026-11-05 12:00"), took=3 * HOUR) for _ in range(more)))
            with CaptureQueriesContext(connection) as queries:
                person.page("/sla/compliance/", **NOVEMBER)
            costs.append(len(queries))
        assert costs[0] == costs[1] <= 14


class TestReports:
    @pytest.fixture
    def week(self, clocks, monkeypatch) -> SLAReport:
        monkeypatch.setattr(reports, "now", lambda: at("2026-11-09 00:30"))
        reports.make_due()
        return SLAReport.objects.get(kind="week")

    def test_without_one_the_list_says_when_it_comes(self, lea):
        assert "No reports yet" in Person(lea).page("/sla/reports/").text

    def test_the_list_leads_to_each_report(self, lea, week):
        page = Person(lea).page("/sla/reports/")
        assert [node.text for node in page.all(lambda node: node.get("href") == "/sla/reports/week/2026-11-02/")] == [
            "Week 45 of 2026"
        ]
        assert "75.0%" in page.text
        assert [node.text for node in page.all(lambda node: node.get("aria-current") == "page")] == ["Reports"]

    def test_the_report_lists_each_breach_and_why(self, lea, week):
        answer = Person(lea).get("/sla/reports/week/2026-11-02/")
        assert "&lt;b&gt;Late&lt;/b&gt; &amp; =odd" in answer.text
        text = Person(lea).page("/sla/reports/week/2026-11-02/").text
        assert "1 total" in text
        assert "Answered 1h 0m late" in text
        assert "Most breached policies" in text

    def test_a_long_list_is_cut_and_says_so(self, lea, week, monkeypatch):
        monkeypatch.setattr(reports, "SHOWN", 0)
        assert "First 0 of 1; the CSV lists all" in Person(lea).page("/sla/reports/week/2026-11-02/").text

    def test_the_file_is_a_download(self, lea, week):
        answer = Person(lea).get("/sla/reports/week/2026-11-02/", format="csv")
        assert answer["Content-Disposition"] == 'attachment; filename="sla-report-week-2026-11-02.csv"'
        assert "Answered 1h 0m late" in answer.content.decode("utf-8-sig")

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        "address",
        ["week/2026-11-03", "month/2026-11-02", "year/2026-01-01", "week/2026-02-30", "week/0000-00-00", "x/y"],
    )
    def test_a_report_that_is_none_is_not_there(self, lea, week, address):
        assert Person(lea).get(f"/sla/reports/{address}/").status_code == 404

    def test_on_paper_nothing_of_the_frame_is_left_and_the_ground_is_white(self, lea, week):
        page = Person(lea).page("/sla/reports/week/2026-11-02/")
        assert "paper" in page.by_id("main").classes
        sheets = Path(settings.BASE_DIR, "static", "css")
        print_rules = (sheets / "report.css").read_text().partition("@media print")[2]
        assert "@page" in print_rules
        assert ".seg" in print_rules
        assert "color-scheme: light" in (sheets / "system.css").read_text().partition("@media print")[2]


@pytest.mark.parametrize(("who", "status"), [("ada", 403), ("cleo", 403), ("lea", 200), ("ira", 200)])
def test_they_are_for_leads(request, who, status):
    person = Person(request.getfixturevalue(who))
    for address in ("/sla/compliance/", "/sla/reports/"):
        assert person.get(address).status_code == status
