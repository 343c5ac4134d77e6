"""The workload board: who carries what, who would get what waits, and who may see it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from support_management.people.availability import service
from support_management.people.models import SupportProfile
from support_management.people.skills.models import SkillLevel, Specialization
from support_management.routing import moving_rules
from support_management.routing.models import ReassignmentLog, SkillRule
from support_management.sla.escalation.models import EscalationRule
from support_management.tickets.models import TicketType
from tests import html
from tests.factories import make_agent, make_dispute, make_old, make_ticket, make_tickets
from tests.pages.builders import Person, ids_on

pytestmark = pytest.mark.django_db
MOST_QUERIES = 30
PATHS = (
    "/workload/",
    "/workload/moves/",
    "/workload/move/?pick=ticket-1-0.1",
    "/workload/why/T-1/",
    "/workload/rules/",
)


def line(page: html.Node, agent) -> html.Node:
    return page.by_id(f"workload-agent-{agent.pk}")


def group(page: html.Node, slug: str) -> list[str]:
    return [one["id"] for one in page.by_id(f"workload-{slug}-list").elements if "data-order" in one]


class TestWhoMaySeeIt:
    def test_lea_and_ira_do_and_find_it_in_the_rail(self, lea, ira):
        pages = [Person(who).page("/workload/") for who in (lea, ira)]
        assert all("Workload" in page.all(lambda node: node.tag == "nav")[0].text for page in pages)

    @pytest.mark.parametrize("path", PATHS)
    def test_ada_is_told_for_whom_it_is(self, ada, path):
        answer = Person(ada).get(path)
        assert answer.status_code == 403
        assert "team leads and admins" in answer.content.decode()

    def test_ada_moves_nothing_there(self, ada, ben):
        ticket = make_ticket(assignee=ben)
        answer = Person(ada).post("/workload/move/", pick=f"ticket-{ticket.pk}-0.{ticket.version}", to=ada.pk)
        ticket.refresh_from_db()
        assert (answer.status_code, ticket.assignee) == (403, ben)


class TestTheTeam:
    def test_lea_sees_who_carries_what(self, lea, ada, ben):
        make_ticket(assignee=ada)
        make_dispute(assignee=ada)
        page = Person(lea).page("/workload/")
        assert "3 agents · 3 online · load 2 of" in page.by_id("workload-head").text
        bar = line(page, ada).all(lambda node: node.tag == "svg" and "parts" in node.classes)[0]
        assert bar["aria-label"] == "1 General, 1 Disputes"
        assert group(page, "online")[0] == f"workload-agent-{ada.pk}", "the fullest first"

    def test_who_carries_too_much_is_marked(self, lea):
        full = make_agent(capacity=2)
        make_tickets(3, assignee=full)
        shown = line(Person(lea).page("/workload/"), full)
        assert "3 / 2" in shown.text
        assert "Over by 1" in shown.text
        assert shown.all(lambda node: "over" in node.classes), "the part that is too much is drawn"

    def test_what_presses_is_counted(self, lea, ada):
        make_old(make_ticket(assignee=ada), timedelta(hours=5))
        make_ticket(assignee=ada, priority="urgent")
        cells = {
            node["data-label"]: node.text for node in line(Person(lea).page("/workload/"), ada).with_("data-label")
        }
        assert cells == {"Oldest": "5h 0m", "Due ≤ 30m": "1", "Overdue": "1", "Resolved": "0"}

    def test_each_stands_where_they_are(self, lea, ada, ben, zoe):
        service.set_status(user=ada.pk, says="break", by=ada)
        service.set_status(user=ben.pk, says="offline", by=ben)
        service.pause(user=zoe.pk, paused=True, by=lea)
        page = Person(lea).page("/workload/")
        assert group(page, "away") == [f"workload-agent-{ada.pk}"]
        assert group(page, "offline") == [f"workload-agent-{ben.pk}"]
        assert "On a break since" in line(page, ada).text
        assert "Paused" in line(page, zoe).text

    def test_who_left_stays_while_they_hold_work(self, lea, ada, ben):
        make_ticket(assignee=ada)
        SupportProfile.objects.filter(user__in=[ada, ben]).update(status="suspended")
        page = Person(lea).page("/workload/")
        assert group(page, "offline") == [f"workload-agent-{ada.pk}"]
        assert "Suspended" in line(page, ada).text

    @pytest.mark.parametrize("number", [1, 12])
    def test_it_costs_the_same_however_many_there_are(self, lea, ada, number):
        for _ in range(number):
            make_ticket(assignee=make_agent())
        make_tickets(number)
        person = Person(lea)
        with CaptureQueriesContext(connection) as asked:
            person.page("/workload/", open=ada.pk)
        assert len(asked) <= MOST_QUERIES

    def test_no_id_stands_twice(self, lea, ada):
        free = make_ticket()
        make_ticket(assignee=ada)
        ids = ids_on(Person(lea).page("/workload/", open=ada.pk, ticket=free.number))
        assert len(ids) == len(set(ids))


class TestWhatSomebodyHolds:
    def test_the_address_opens_it_in_work_order(self, lea, ada):
        case, slow = make_dispute(assignee=ada), make_ticket(assignee=ada, priority="low")
        fast = make_ticket(assignee=ada, priority="urgent", subject="<b>Now</b>")
        page = Person(lea).page("/workload/", open=ada.pk)
        rows = page.by_id(f"workload-held-{ada.pk}-list").elements
        assert [row["id"] for row in rows] == [
            f"workload-{kind}-{pk}" for kind, pk in (("ticket", fast.pk), ("dispute", case.pk), ("ticket", slow.pk))
        ]
        assert rows[0].all(lambda node: node.tag == "a")[0].text == "<b>Now</b>"

    def test_a_click_brings_it_alone(self, lea, ada):
        ticket = make_ticket(assignee=ada)
        answer = Person(lea).client.get(f"/workload/agents/{ada.pk}/held/", headers={"HX-Request": "true"})
        assert ticket.number in answer.content.decode()
        assert "<html" not in answer.content.decode()

    def test_without_scripts_it_leads_to_the_board(self, lea, ada):
        answer = Person(lea).get(f"/workload/agents/{ada.pk}/held/")
        assert answer.headers["Location"] == f"/workload/?open={ada.pk}#workload-agent-{ada.pk}"

    @pytest.mark.parametrize("path", ["/workload/agents/999999/held/", "/workload/agents/999999/"])
    def test_nobody_holds_nothing(self, lea, path):
        assert Person(lea).get(path).status_code == 404

    @pytest.mark.parametrize("odd", ["x", "\x00", "-1", str(2**70), "999999"])
    def test_an_odd_address_opens_nothing(self, lea, odd):
        assert Person(lea).get("/workload/", open=odd, undo=odd, ticket=odd).status_code == 200


class TestWhoWouldGetIt:
    def test_the_best_is_named_with_why(self, lea, ada, ben):
        make_ticket(assignee=ada)
        free = make_ticket()
        row = Person(lea).page("/workload/").by_id(f"workload-offer-{free.pk}")
        assert "Ada Agent is the best match" in row.text
        assert "handled this customer before" in row.text

    def test_that_nobody_can_is_said_and_counted(self, lea, ada):
        for person in (ada, lea):
            service.set_status(user=person.pk, says="away", by=person)
        free = make_ticket()
        page = Person(lea).page("/workload/")
        assert "No eligible agent:" in page.by_id(f"workload-offer-{free.pk}").text
        assert "No eligible agent1" in page.by_id("workload-offers-head").text

    def test_the_panel_tells_candidates_and_refusals(self, lea, ada, zoe):
        free = make_ticket()
        panel = Person(lea).page("/workload/", ticket=free.number).by_id(f"what-if-{free.pk}").text
        assert "Ada Agent" in panel
        assert "Zoe AgentDoes not cover this website" in panel

    def test_beside_a_row_it_is_the_same_without_the_page(self, lea, ada, zoe):
        free = make_ticket()
        answer = Person(lea).client.get(f"/workload/why/{free.number}/", headers={"HX-Request": "true"})
        assert "Does not cover this website" in answer.content.decode()
        assert "<html" not in answer.content.decode()

    def test_a_ticket_that_is_none_is_not_there(self, lea):
        assert Person(lea).get("/workload/", ticket="T-99999999").status_code == 404


class TestTheRules:
    def test_lea_reads_what_each_queue_does_and_which_work_asks_for_which_skill(self, lea, ada):
        TicketType.objects.filter(slug="payment").update(mode="automatic", urgent_weight=3)
        skill = Specialization.objects.get(slug="billing")
        SkillLevel.objects.create(profile=ada.support_profile, specialization=skill, level=2)
        page = Person(lea).page("/workload/rules/")
        rows = [row.text for row in page.all(lambda node: node.tag == "tr")]
        [payment] = [row for row in rows if "Automatic" in row]
        assert payment.startswith("Payment")
        assert payment.endswith("3111")
        held = [row for row in rows if row.endswith(" Active")]
        assert len(held) == 1
        assert "Billing 2" in held[0]
        assert "one level every 30 min" in held[0]
        assert any(row.endswith("Not applied: no agent has this skill") for row in rows)

    def test_every_rule_that_moves_work_is_on_it(self, lea, settings):
        settings.ABSENT_MINUTES, settings.HOLD_MINUTES = 17, 13
        EscalationRule.objects.create(name="Late to a lead", reassign="lead")
        rules = moving_rules.moving_rules()
        named = {cause for rule in rules for cause in rule.causes}
        assert named | moving_rules.BY_HAND == set(ReassignmentLog.Cause)
        assert not named & moving_rules.BY_HAND
        text = Person(lea).page("/workload/rules/").text
        for words in (*(rule.name for rule in rules), "for 17 min", "for 13 min, or 25%", "Late to a lead"):
            assert words in text

    def test_a_desk_without_rules_says_so(self, lea):
        SkillRule.objects.all().delete()
        assert "No skill rules." in Person(lea).page("/workload/rules/").text
