"""The status in the top bar, the question before leaving, and the page of how it went."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from support_management.core.time import now
from support_management.people.availability import absences, service
from support_management.people.availability.models import AvailabilityInterval, PlannedAbsence
from support_management.people.models import SupportAvailability, User
from support_management.tickets.models import Ticket
from tests import cast
from tests.factories import make_agent, make_dispute, make_old, make_ticket, make_unseen
from tests.html import Node
from tests.pages.builders import Person, heard

pytestmark = pytest.mark.django_db


def at(agent: User, rest: str = "") -> str:
    return f"/availability/{agent.pk}/{rest}"


def state(agent) -> str:
    return SupportAvailability.objects.get(user=agent).state


def status_on(page: Node) -> Node:
    [button] = page.all(lambda node: "status-btn" in node.classes)
    return button


class TestTheBar:
    def test_it_says_what_she_does_and_what_she_carries(self, ada):
        make_ticket(assignee=ada)
        page = Person(ada).page("/queue/")
        assert status_on(page).text == "Online 1 / 8"
        assert status_on(page)["aria-label"] == "My status: Online, 1 / 8 units"
        menu = page.by_id("status-menu")
        pressed = {node["value"]: node["aria-pressed"] for node in menu.with_("aria-pressed")}
        assert pressed == {"online": "true", "away": "false", "break": "false", "offline": "false"}
        assert menu.all(lambda node: node.get("href") == "/availability/")

    def test_it_stands_on_pages_that_are_not_live_too(self, ada):
        assert status_on(Person(ada).page("/preferences/"))

    def test_it_says_what_the_system_saw(self, ada, lea):
        make_unseen(ada, timedelta(minutes=5))
        assert "No recent activity" in Person(ada).page("/queue/").by_id("status-menu").text
        service.set_status(user=ada.pk, says="online", by=ada)
        service.pause(user=ada.pk, paused=True, by=lea)
        assert "paused" in status_on(Person(ada).page("/queue/"))["aria-label"]

    def test_who_owns_no_work_has_none(self, ira):
        assert Person(ira).page("/queue/").by_id("status-menu") is None

    @pytest.mark.parametrize("scripted", [True, False])
    def test_a_press_says_it(self, ada, scripted):
        answer = Person(ada, scripted=scripted).post(at(ada, "say/"), says="break")
        assert answer.status_code == (204 if scripted else 303)
        assert state(ada) == "break"

    def test_what_is_no_status_is_refused(self, ada):
        assert Person(ada).post(at(ada, "say/"), says="asleep").status_code == 400
        assert state(ada) == "online"

    def test_nobody_says_it_for_a_colleague(self, ada, ben):
        assert Person(ben).post(at(ada, "say/"), says="offline").status_code == 404
        assert state(ada) == "online"


class TestLeaving:
    @pytest.fixture
    def late(self, ada):
        return make_old(make_ticket(assignee=ada, priority="urgent"), timedelta(hours=5))

    def test_what_is_late_and_what_comes_soon_are_told_together(self, ada, late):
        make_old(make_ticket(assignee=ada, priority="urgent"), timedelta(minutes=10))
        make_ticket(assignee=ada, priority="low")
        text = Person(ada).post(at(ada, "say/"), says="break").text
        assert "2 tickets are overdue or due in the next 30 minutes" in text
        assert "You have 3 tickets open in total." in text

    @pytest.mark.parametrize("says", ["away", "break", "offline"])
    def test_with_work_that_is_due_she_is_asked_first(self, ada, late, says):
        answer = Person(ada).post(at(ada, "say/"), says=says)
        assert answer.status_code == 200
        assert "1 ticket is overdue" in answer.text
        assert "<html" not in answer.text
        assert state(ada) == "online"

    def test_without_javascript_the_question_is_a_page(self, ada, late):
        page = Person(ada, scripted=False).client.post(at(ada, "say/"), {"says": "break"}).text
        assert "<html" in page
        assert 'value="return"' in page

    def test_she_goes_anyway_and_keeps_it(self, ada, late):
        assert heard(Person(ada).post(at(ada, "say/"), says="break", decision="go"))["text"] == "You are on a break."
        assert (state(ada), Ticket.objects.get(pk=late.pk).assignee) == ("break", ada)

    def test_or_returns_it_and_goes(self, ada, late):
        assert Person(ada).post(at(ada, "say/"), says="break", decision="return").status_code == 204
        assert (state(ada), Ticket.objects.get(pk=late.pk).assignee) == ("break", None)

    def test_open_work_is_asked_about_only_when_she_leaves_for_good(self, ada):
        make_ticket(assignee=ada, priority="low")
        assert Person(ada).post(at(ada, "say/"), says="offline").status_code == 200
        assert Person(ada).post(at(ada, "say/"), says="break").status_code == 204

    def test_it_counts_what_her_board_shows_and_says_what_stays_with_her(self, ada):
        for status in (None, "open", "pending", "on_hold"):
            make_ticket(assignee=ada, priority="low", status=status)
        make_dispute(assignee=ada)
        text = " ".join(Person(ada).post(at(ada, "say/"), says="offline").text.split())
        lane = Person(ada).page("/queue/").by_id("queue-mine-head")
        assert f"{lane['data-total']} tickets and 1 dispute are open" in text
        assert "; 2 waiting on someone else stay with you." in text
        Person(ada).post(at(ada, "say/"), says="offline", decision="return")
        assert Ticket.objects.filter(assignee=ada).count() == 2

    def test_nothing_to_unassign_nothing_to_ask(self, ada):
        make_ticket(assignee=ada, priority="low", status="pending")
        assert Person(ada).post(at(ada, "say/"), says="offline").status_code == 204

    def test_coming_back_asks_nothing(self, ada, late):
        service.set_status(user=ada.pk, says="break", by=ada)
        assert Person(ada).post(at(ada, "say/"), says="online").status_code == 204


class TestSigningOut:
    def test_says_offline_and_signing_in_takes_it_back(self, client, ada):
        client.force_login(ada)
        assert client.post("/logout/").status_code == 302
        assert state(ada) == "offline"
        assert AvailabilityInterval.objects.get(user=ada, ended_at=None).cause == "signed_out"
        assert client.post("/login/", {"username": "ada", "password": cast.PASSWORD}).status_code == 302
        assert state(ada) == "online"

    def test_signing_in_takes_back_nothing_else(self, client, ada):
        service.set_status(user=ada.pk, says="break", by=ada)
        assert client.post("/login/", {"username": "ada", "password": cast.PASSWORD}).status_code == 302
        assert state(ada) == "break"

    def test_with_open_work_she_is_asked_and_stays_until_she_answers(self, client, ada):
        ticket = make_ticket(assignee=ada)
        client.force_login(ada)
        asked = client.post("/logout/")
        assert "1 ticket is open" in asked.text
        assert "Unassign and sign out" in asked.text
        assert Session.objects.count() == 1
        assert client.post("/logout/", {"decision": "return"}).headers["Location"] == "/login/#signed-out"
        assert (state(ada), Ticket.objects.get(pk=ticket.pk).assignee) == ("offline", None)

    def test_who_is_offline_already_is_not_asked_again(self, client, ada):
        make_ticket(assignee=ada)
        service.set_status(user=ada.pk, says="offline", by=ada)
        client.force_login(ada)
        assert client.post("/logout/").status_code == 302


class TestThePage:
    def test_she_reads_how_her_day_went(self, ada):
        service.set_status(user=ada.pk, says="break", by=ada)
        page = Person(ada).page("/availability/")
        text = page.by_id("main").text
        assert "My availability" in text
        assert "On a break" in text
        assert len(page.all(lambda node: "fortnight-day" in node.classes)) == 15
        rows = page.all(lambda node: node.tag == "th" and node.get("scope") == "row")
        assert [row.text for row in rows[-2:]] == ["On a break", "Online"]

    def test_another_day_is_shown_in_full(self, ada):
        yesterday = now() - timedelta(days=1)
        page = Person(ada).page("/availability/", day=f"{yesterday:%Y-%m-%d}")
        assert "No activity recorded on this day." in page.by_id("main").text
        assert Person(ada).get("/availability/", day="never").status_code == 200

    def test_a_lead_reads_and_sets_hers_a_colleague_does_not(self, ada, ben, lea):
        page = Person(lea).page(at(ada))
        assert "Availability of Ada Agent" in page.by_id("main").text
        assert Person(lea).post(at(ada, "say/"), says="away").status_code == 204
        assert state(ada) == "away"
        assert Person(lea).post(at(ada, "pause/"), paused="yes").status_code == 204
        assert SupportAvailability.objects.get(user=ada).paused_by == lea
        assert Person(ben).get(at(ada)).status_code == 404
        assert Person(ben).post(at(ada, "pause/"), paused="yes").status_code == 403
        assert Person(lea).get("/availability/nobody/").status_code == 404

    def test_an_address_in_an_earlier_mail_leads_to_her_page(self, ada, ben, lea):
        User.objects.filter(pk=ada.pk).update(former_username="a\u200bda")
        for name in ("ada", "ADA", "a\u200bda"):
            answer = Person(lea).get(f"/availability/{name}/", day="2026-11-24")
            assert (answer.status_code, answer.headers["Location"]) == (302, at(ada, "?day=2026-11-24"))
        assert Person(ben).get("/availability/ada/").status_code == 404

    def test_a_name_of_digits_is_found_where_no_agent_has_the_number(self, ada, lea):
        User.objects.filter(pk=ada.pk).update(username="900100")
        assert Person(lea).get("/availability/900100/").headers["Location"] == at(ada)

    def test_an_admin_finds_everybody(self, ada, ira):
        page = Person(ira).page("/availability/")
        assert page.all(lambda node: node.get("href") == at(ada))

    def test_it_costs_the_same_however_much_happened(self, ada, django_assert_max_num_queries):
        for says in ["break", "online"] * 5:
            service.set_status(user=ada.pk, says=says, by=ada)
        person = Person(ada)
        with django_assert_max_num_queries(14):
            person.page("/availability/")


class TestAbsences:
    def planned(self, days: int) -> str:
        return f"{now() + timedelta(days=days):%Y-%m-%dT09:00}"

    def test_she_plans_and_withdraws_one_on_her_own_clock(self, ada):
        User.objects.filter(pk=ada.pk).update(time_zone="America/New_York")
        person = Person(User.objects.get(pk=ada.pk), scripted=False)
        facts = {"begins_at": self.planned(2), "ends_at": self.planned(3), "reason": "Dentist"}
        assert person.post(at(ada, "absences/"), **facts).headers["Location"] == at(ada)
        row = PlannedAbsence.objects.get()
        assert row.begins_at.hour in (13, 14)
        assert "Dentist" in person.page("/availability/").by_id("main").text
        assert person.post(at(ada, f"absences/{row.pk}/withdraw/")).status_code == 303
        assert not PlannedAbsence.objects.exists()

    def test_a_wrong_one_keeps_what_was_typed_and_says_why(self, ada):
        facts = {"begins_at": self.planned(3), "ends_at": self.planned(2), "reason": "Dentist"}
        answer = Person(ada, scripted=False).post(at(ada, "absences/"), **facts)
        assert answer.status_code == 400
        assert "The end is before the start." in answer.text
        assert 'value="Dentist"' in answer.text
        assert Person(ada).post(at(ada, "absences/"), **facts | {"begins_at": "soon"}).status_code == 400

    def test_a_lead_plans_for_others_and_a_colleague_does_not(self, ada, ben, lea):
        facts = {"begins_at": self.planned(2), "ends_at": self.planned(3)}
        assert Person(ben).post(at(ada, "absences/"), **facts).status_code == 404
        assert Person(lea).post(at(ada, "absences/"), **facts).status_code == 204
        row = absences.plan(
            user=make_agent("nia").pk, begins_at=now() + timedelta(1), ends_at=now() + timedelta(2), by=lea
        )
        assert Person(ada).post(at(ada, f"absences/{row.pk}/withdraw/")).status_code == 404
        assert Person(lea).post(at(ada, f"absences/{2**63}/withdraw/")).status_code == 404
