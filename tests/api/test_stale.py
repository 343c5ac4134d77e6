"""Two people act on what both looked at: the second is told, and nothing is lost. All pairs of actions."""

import threading
from itertools import product

import pytest
from django.db import connection

from support_management.tickets.models import Ticket, TicketMessage
from tests.api.program import problem
from tests.factories import make_ticket

ACTIONS = {
    "claim": {},
    "release": {},
    "assign": {"assignee": None},
    "reply": {"body": "On its way"},
    "note": {"body": "Called the carrier"},
    "status": {"status": "pending"},
    "priority": {"priority": "urgent"},
    "type": {"type": "payment"},
    "tags": {"tags": ["vip"]},
}
NOTHING_TO_DO = "claim"
"""Ada's own already: nothing changes, so what comes after is not late."""


@pytest.mark.one_database
@pytest.mark.parametrize(("first", "second"), [*product(ACTIONS, ACTIONS)])
def test_the_second_of_two_is_told(api, ada, lea, first, second):
    ticket = make_ticket(assignee=ada)
    done = api(ada).post(f"tickets/{ticket.pk}/{first}/", version=ticket.version, **ACTIONS[first])
    assert done.status_code == 200, done.content
    late = api(ada if second == "claim" else lea).post(
        f"tickets/{ticket.pk}/{second}/", version=ticket.version, **ACTIONS[second]
    )
    if first == NOTHING_TO_DO or (second == "claim" and done.json()["assignee"]):
        assert late.status_code == 200, late.content
        return
    now = problem(late, 409, "stale")["current"]
    assert now == done.json()
    assert Ticket.objects.get(pk=ticket.pk).version == done.json()["version"]


@pytest.mark.django_db(transaction=True)
def test_of_six_answers_at_once_one_is_taken(api, ada, lea):
    ticket = make_ticket(assignee=ada)
    gate, answers = threading.Barrier(6), []

    def answer(program, at):
        gate.wait()
        try:
            answers.append(program.post(f"tickets/{ticket.pk}/reply/", body=f"Answer {at}", version=ticket.version))
        finally:
            connection.close()

    programs = [api(ada), api(lea)] * 3
    threads = [threading.Thread(target=answer, args=[program, at]) for at, program in enumerate(programs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    assert TicketMessage.objects.filter(ticket=ticket, kind="reply").count() == 1
