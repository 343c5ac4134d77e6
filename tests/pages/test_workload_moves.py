"""Work is moved from the board, taken back, and found again in the history."""

from datetime import UTC, datetime

import pytest

from support_management.core.kept_timestamps import written
from support_management.routing.models import ReassignmentLog
from support_management.tickets import conversation, ownership
from support_management.tickets.models import Ticket
from tests.factories import make_agent, make_dispute, make_ticket, make_tickets
from tests.pages.builders import Person, heard

pytestmark = pytest.mark.django_db


def pick(work) -> str:
    kind = "ticket" if isinstance(work, Ticket) else "dispute"
    return f"{kind}-{work.pk}-0.{work.version}"


def owner(ticket):
    return Ticket.objects.get(pk=ticket.pk).assignee


class TestTheMenu:
    def test_who_can_take_it_comes_first_and_who_cannot_has_a_reason(self, lea, ada, ben, zoe):
        ticket = make_ticket(assignee=ada)
        page = Person(lea).page("/workload/move/", pick=pick(ticket))
        first = page.all(lambda node: node.tag == "button" and node.get("name") == "to")[0]
        assert first["value"] in (str(ben.pk), str(lea.pk))
        assert "Zoe AgentDoes not cover this website" in page.text
        assert "Unassign" in page.text

    def test_above_capacity_needs_a_second_press(self, lea, ada):
        full = make_agent(capacity=0)
        page = Person(lea).page("/workload/move/", pick=pick(make_ticket(assignee=ada)))
        [more] = [node for node in page.all(lambda node: node.tag == "details") if full.name in node.text]
        assert "over capacity" in more.text
        assert more.all(lambda node: node.get("name") == "above")[0]["value"] == "1"

    @pytest.mark.parametrize("odd", ["", "ticket-1", "ticket-999999-0.1", "order-1-0.1", "\x00"])
    def test_what_is_gone_has_none(self, lea, odd):
        assert Person(lea).get("/workload/move/", pick=odd).status_code == 404


class TestMove:
    def test_lea_moves_many_and_may_take_them_back(self, lea, ada, ben):
        tickets, case = make_tickets(2, assignee=ada), make_dispute(assignee=ada)
        person = Person(lea)
        answer = person.post("/workload/move/", pick=[pick(one) for one in (*tickets, case)], to=ben.pk, reason="Calm")
        assert heard(answer)["text"] == "3 items assigned to Ben Agent."
        assert [owner(one) for one in tickets] == [ben, ben]
        undo = heard(answer)["undo"]
        assert (undo["address"], undo["seconds"], len(undo["ids"])) == ("/workload/undo/", 10, 3)
        answer = person.post("/workload/undo/", id=undo["ids"])
        assert heard(answer)["text"] == "Undone."
        assert [owner(one) for one in tickets] == [ada, ada]

    def test_back_to_the_queue(self, lea, ada):
        ticket = make_ticket(assignee=ada)
        assert Person(lea).post("/workload/move/", pick=pick(ticket), to="nobody").status_code == 200
        assert owner(ticket) is None

    def test_above_capacity_is_refused_until_she_says_so_and_marked_then(self, lea, ada):
        full, ticket = make_agent(capacity=0), make_ticket(assignee=ada)
        answer = Person(lea).post("/workload/move/", pick=pick(ticket), to=full.pk)
        assert "Not enough capacity" in heard(answer, "refused")["text"]
        assert owner(ticket) == ada
        assert Person(lea).post("/workload/move/", pick=pick(ticket), to=full.pk, above="1").status_code == 200
        assert owner(ticket) == full
        assert ReassignmentLog.objects.order_by("-id")[0].above_capacity

    def test_the_same_press_twice_moves_once(self, lea, ada, ben):
        ticket = make_ticket(assignee=ada)
        for _ in range(2):
            assert Person(lea).post("/workload/move/", pick=pick(ticket), to=ben.pk, key="press-1").status_code == 200
        assert ReassignmentLog.objects.filter(to_agent=ben).count() == 1

    def test_what_lea_changed_herself_meanwhile_goes_too(self, lea, ada, ben):
        ticket = make_ticket(assignee=ada)
        chosen = [pick(ticket)]
        conversation.note(ticket=ticket.pk, by=lea, body="Ben knows them")
        assert Person(lea).post("/workload/move/", pick=chosen, to=ben.pk).status_code == 200
        assert owner(ticket) == ben

    def test_one_that_changed_meanwhile_is_named_and_the_others_go(self, lea, ada, ben):
        stale, fine = make_tickets(2, assignee=ada)
        chosen = [pick(stale), pick(fine)]
        ownership.release(ticket=stale.pk, by=ada)
        answer = Person(lea).post("/workload/move/", pick=chosen, to=ben.pk)
        assert heard(answer)["text"] == "1 updated, 1 failed."
        assert stale.number in answer.content.decode()
        assert (owner(stale), owner(fine)) == (None, ben)

    def test_without_scripts_the_board_comes_back_with_the_way_back(self, lea, ada, ben):
        ticket, person = make_ticket(assignee=ada), Person(lea, scripted=False)
        answer = person.post("/workload/move/", pick=pick(ticket), to=ben.pk)
        assert f"{ticket.number} assigned to Ben Agent." in answer.content.decode()
        assert person.post("/workload/undo/", id=ReassignmentLog.objects.order_by("-id")[0].pk).status_code == 200
        assert owner(ticket) == ada

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"to": "nobody"}, "Select at least one item first."),
            ({"pick": "ticket-1-0.1"}, "Choose an assignee."),
            ({"pick": "ticket-1-0.1", "to": "999999"}, "This person cannot be assigned work."),
        ],
    )
    def test_what_is_missing_is_said(self, lea, typed, said):
        assert said in heard(Person(lea).post("/workload/move/", **typed), "refused")["text"]
        answer = Person(lea, scripted=False).post("/workload/move/", **typed)
        assert said in answer.content.decode()


class TestHistory:
    @pytest.fixture
    def moved(self, lea, ada, ben):
        ticket, case = make_ticket(subject="=1+1", type="payment"), make_dispute()
        ownership.claim(ticket=ticket.pk, by=ada)
        ownership.assign(ticket=ticket.pk, to=ben, by=lea, reason="Calm")
        Person(lea).post("/workload/move/", pick=pick(case), to=ada.pk)
        return ticket, case

    def rows(self, person, **asked) -> list[str]:
        page = person.page("/workload/moves/", **asked)
        return [row.text for body in page.all(lambda node: node.tag == "tbody") for row in body.elements]

    def test_the_newest_comes_first_and_says_why(self, lea, moved):
        ticket, case = moved
        rows = self.rows(Person(lea))
        assert len(rows) == 3
        assert case.number in rows[0]
        assert "Calm" in rows[1]
        assert ticket.number in rows[2]

    @pytest.mark.parametrize(
        ("asked", "count"),
        [
            ({"cause": "claimed"}, 1),
            ({"queue": "payment"}, 2),
            ({"queue": "order"}, 0),
            ({"since": "2199-01-01"}, 0),
            ({"until": "2999-01-01"}, 3),
            ({"cause": "x", "agent": "\x00", "since": "soon"}, 3),
        ],
    )
    def test_filters_narrow_it(self, lea, moved, asked, count):
        assert len(self.rows(Person(lea), **asked)) == count

    def test_of_one_agent_what_came_and_what_went(self, lea, ada, moved):
        assert len(self.rows(Person(lea), agent=ada.pk)) == 3

    def test_a_long_history_has_pages(self, lea, ada, monkeypatch):
        monkeypatch.setattr("console.fragments.moves.WINDOW", 2)
        make_tickets(3, assignee=ada)
        person = Person(lea)
        [link] = [node["href"] for node in person.page("/workload/moves/").with_("href") if "before=" in node["href"]]
        assert len(self.rows(person)) == 2
        assert len(self.rows(person, before=link.partition("before=")[2])) == 1

    def test_the_file_has_them_all_and_no_formula(self, lea, moved):
        answer = Person(lea).get("/workload/moves/", format="csv")
        text = answer.content.decode("utf-8-sig")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="moves.csv"'
        assert len(text.splitlines()) == 4
        assert ",'=1+1," in text

    def test_the_file_speaks_the_readers_clock_and_names_it(self, lea, moved):
        at = datetime(2026, 11, 28, 23, 45, tzinfo=UTC)
        facts = {"ticket": make_tickets(1)[0], "cause": "away", "reason": f"Away since {written(at)}"}
        ReassignmentLog.objects.create(**facts, note=f"Open, due {written(at)}.")
        lea.time_zone = "Europe/Berlin"
        lea.save()
        text = Person(lea).get("/workload/moves/", format="csv").content.decode("utf-8-sig")
        header, line, *_ = text.splitlines()
        assert header.startswith("Time (Europe/Berlin),Item,")
        assert "Away since 29 Nov 2026 00:45 Europe/Berlin" in line
        assert "due 29 Nov 2026 00:45 Europe/Berlin." in line
        assert "UTC" not in text

    def test_nothing_yet_is_said(self, lea):
        assert "No assignment changes yet" in Person(lea).page("/workload/moves/").text
