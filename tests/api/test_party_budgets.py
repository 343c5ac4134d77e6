"""One customer cannot fill everybody's lists; what others do for them is not theirs."""

from datetime import timedelta

import pytest

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.management.simulator import actors
from support_management.tickets import party_budgets, triage
from support_management.tickets.models import Ticket
from tests.api.program import Program, problem
from tests.factories import make_order, make_ticket, make_tickets
from tests.past import rewrite

TICKET = {"subject": "Where is it?", "body": "Late by a day.", "priority": "urgent"}


@pytest.fixture
def small(settings):
    settings.PARTY_TICKETS_PER_MINUTE, settings.PARTY_OPEN_TICKETS, settings.PARTY_REPLIES_PER_MINUTE = 2, 3, 2


def a_minute_passes() -> None:
    """What was done so far was done a minute earlier. The audit itself changes nothing."""
    for row in SupportActionLog.objects.all():
        rewrite(SupportActionLog.objects.filter(pk=row.pk), at=row.at - timedelta(seconds=61))


def opened(program: Program, **facts) -> int:
    return program.post("tickets/", **TICKET | facts).status_code


def test_by_default_the_sixth_ticket_of_a_minute_waits(api, cleo, wim):
    program = api(cleo)
    assert [opened(program) for _ in range(5)] == [201] * 5
    refused = program.post("tickets/", **TICKET)
    facts = problem(refused, 429, "slow_down")
    assert facts["detail"] == "You can open 5 tickets a minute."
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert Ticket.objects.count() == 5
    assert opened(api(wim)) == 201


def test_a_token_more_or_a_session_changes_nothing(api, cleo, small):
    assert [opened(api(cleo)) for _ in range(2)] == [201, 201]
    program = Program()
    program.client.force_login(cleo)
    assert [opened(api(cleo)), opened(program)] == [429, 429]


def test_a_repeated_request_is_answered_again(api, cleo, small):
    program = api(cleo)
    answers = [program.post("tickets/", key="one", **TICKET) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert opened(program) == 201
    assert program.post("tickets/", key="two", **TICKET).status_code == 429
    a_minute_passes()
    assert program.post("tickets/", key="two", **TICKET).status_code == 201


def test_with_many_open_a_reply_is_the_way(api, cleo, small):
    program = api(cleo)
    for _ in range(3):
        assert opened(program) == 201
        a_minute_passes()
    refused = program.post("tickets/", **TICKET)
    assert problem(refused, 429, "slow_down")["detail"] == "You have 3 open tickets. Reply to one of them instead."
    assert refused["Retry-After"]
    ticket = Ticket.objects.first()
    assert program.post(f"tickets/{ticket.pk}/reply/", body="And?").status_code == 200
    triage.set_status(ticket=ticket.pk, status="resolved", by=None)
    assert opened(program) == 201


def test_replies_have_a_budget_of_their_own(api, cleo, ada, small):
    ticket, program = make_ticket(assignee=ada), api(cleo)
    for _ in range(2):
        assert program.post(f"tickets/{ticket.pk}/reply/", body="And?").status_code == 200
    refused = program.post(f"tickets/{ticket.pk}/reply/", body="And?")
    assert problem(refused, 429, "slow_down")["detail"] == "You can send 2 replies a minute."
    assert ticket.messages.filter(kind="requester").count() == 3
    assert opened(program) == 201
    a_minute_passes()
    assert program.post(f"tickets/{ticket.pk}/reply/", body="And?").status_code == 200


def test_what_others_do_is_not_the_customers_and_the_desk_has_no_budget(api, cleo, ada, lea, small):
    make_tickets(4)
    for desk in (ada, lea):
        assert [opened(api(desk), requester=cleo.pk) for _ in range(4)] == [201] * 4
    ticket = make_ticket(assignee=ada)
    replies = [api(ada).post(f"tickets/{ticket.pk}/reply/", body="Soon.").status_code for _ in range(4)]
    assert replies == [200] * 4
    assert opened(api(cleo)) == 201


def test_the_simulators_calls_are_neither_refused_nor_counted(api, cleo, ada, lea, small):
    make_order(client=cleo)
    with actors.signed_in_actors() as people:
        [token] = [actor.token for actor in people if (actor.id, actor.role) == (cleo.pk, "client")]
        program = Program(authorization=f"Bearer {token}")
        assert [opened(program) for _ in range(4)] == [201] * 4
    assert set(SupportActionLog.objects.filter(verb="create").values_list("door", flat=True)) == {"simulator"}
    assert opened(api(cleo)) == 201


def test_a_name_that_begins_like_the_simulators_is_no_token(cleo):
    assert Program(authorization="Bearer sim_made-up").post("tickets/", **TICKET).status_code == 401


def test_it_costs_the_desk_no_query_and_a_party_four(api, cleo, ada, django_assert_num_queries):
    request_context.begin(door="api", request_id="r", user_id=ada.pk)
    with django_assert_num_queries(0), party_budgets.opening(ada):
        pass
    with django_assert_num_queries(5), party_budgets.opening(cleo):  # two of them are the savepoint
        pass
