"""A write that is sent twice happens once."""

import threading

import pytest
from django.db import OperationalError, connection

from support_management.core.models import IdempotencyKey
from support_management.tickets.models import Ticket, TicketMessage
from tests.api.program import problem
from tests.factories import make_agent, make_ticket

KEY = "2b1d6f3e-5a37-4a3e-9d3e-2f6d1c9e0a11"


class TestKey:
    def test_the_same_key_answers_the_same_and_writes_once(self, api, ada):
        ticket = make_ticket(assignee=ada)
        first = api(ada).post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Hello")
        again = api(ada).post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Hello")
        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert "Idempotent-Replayed" not in first
        assert again["Idempotent-Replayed"] == "true"
        assert TicketMessage.objects.filter(ticket=ticket, kind="reply").count() == 1

    def test_a_created_ticket_is_created_once(self, api, cleo):
        made = [api(cleo).post("tickets/", key=KEY, subject="Hi", body="Hi") for _ in range(3)]
        assert [response.status_code for response in made] == [201] * 3
        assert len({response.json()["id"] for response in made}) == 1
        assert Ticket.objects.count() == 1

    def test_the_same_key_for_something_else_is_refused(self, api, ada):
        ticket = make_ticket(assignee=ada)
        assert api(ada).post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Hello").status_code == 200
        problem(api(ada).post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Bye"), 422, "key_reused")
        problem(api(ada).post(f"tickets/{ticket.pk}/reply/", key=KEY, nonsense=1), 422, "key_reused")
        problem(api(ada).post(f"tickets/{ticket.pk}/note/", key=KEY, body="Hello"), 422, "key_reused")
        assert TicketMessage.objects.filter(ticket=ticket, kind="reply").count() == 1

    def test_anothers_key_is_ones_own(self, api, ada, lea):
        ticket = make_ticket(assignee=ada)
        assert api(ada).post(f"tickets/{ticket.pk}/note/", key=KEY, body="Hello").status_code == 200
        response = api(lea).post(f"tickets/{ticket.pk}/note/", key=KEY, body="Hello")
        assert "Idempotent-Replayed" not in response
        assert TicketMessage.objects.filter(ticket=ticket, kind="note").count() == 2

    def test_a_refusal_is_not_kept(self, api, ada, ben):
        ticket = make_ticket(assignee=ada, status="resolved")
        problem(api(ada).post(f"tickets/{ticket.pk}/status/", key=KEY, status="pending"), 409, "illegal_move")
        problem(api(ada).post(f"tickets/{ticket.pk}/reply/", key="other", body=""), 400, "empty")
        assert not IdempotencyKey.objects.exists()
        assert api(ada).post(f"tickets/{ticket.pk}/status/", status="open").status_code == 200
        assert api(ada).post(f"tickets/{ticket.pk}/status/", key=KEY, status="pending").status_code == 200

    def test_a_crash_is_not_kept_and_tells_nothing(self, api, ada, monkeypatch):
        ticket = make_ticket(assignee=ada)
        with monkeypatch.context() as broken:
            broken.setattr("support_management.api.serializers.tickets.changed", lambda row: 1 / 0)
            response = api(ada).post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Hello")
        assert response.status_code == 500
        assert "ZeroDivision" not in response.content.decode()
        assert not TicketMessage.objects.filter(ticket=ticket, kind="reply").exists()
        assert api(ada).post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Hello").status_code == 200

    def test_a_twin_that_waits_too_long_is_told_and_told_nothing_of_the_work(self, api, ada, ben, monkeypatch):
        def locked(**_):
            raise OperationalError from type("LockNotAvailable", (Exception,), {"sqlstate": "55P03"})()

        ticket = make_ticket(assignee=ben)
        monkeypatch.setattr(IdempotencyKey.objects, "create", locked)
        for pk in (ticket.pk, 10**9):
            facts = problem(api(ada).post(f"tickets/{pk}/note/", key=KEY, body="Hello"), 409, "key_in_progress")
            assert "current" not in facts

    @pytest.mark.parametrize("key", ["x" * 101, "é", "a\tb"])
    def test_a_key_is_a_hundred_plain_characters(self, api, ada, key):
        problem(api(ada).post(f"tickets/{make_ticket().pk}/claim/", key=key), 400, "bad_key")


@pytest.mark.django_db(transaction=True)
class TestTwins:
    def test_ten_twins_at_once_write_one_message_and_get_one_answer(self, api, ada):
        ticket = make_ticket(assignee=ada)
        answers = at_once([lambda: api(ada).post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Hello")] * 10)
        assert {answer.status_code for answer in answers} == {200}, [answer.content for answer in answers]
        assert len({answer.content for answer in answers}) == 1
        assert TicketMessage.objects.filter(ticket=ticket, kind="reply").count() == 1

    def test_of_eight_who_claim_at_once_one_is_first(self, api, ada):
        ticket = make_ticket()
        programs = [api(make_agent()) for _ in range(8)]
        calls = [lambda program=program: program.post(f"tickets/{ticket.pk}/claim/") for program in programs]
        answers = at_once(calls)
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
        owner = Ticket.objects.get(pk=ticket.pk).assignee
        for answer in answers:
            if answer.status_code == 409:
                assert answer.json()["owner"] == str(owner)


def at_once(calls) -> list:
    """Each call on a thread and connection of its own, let go together."""
    gate, answers = threading.Barrier(len(calls)), []

    def run(call):
        gate.wait()
        try:
            answers.append(call())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
