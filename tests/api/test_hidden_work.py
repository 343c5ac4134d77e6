"""A refusal tells no more than GET does: work that Ada may not see is as if it were not there, for every verb."""

from datetime import timedelta

import pytest

from support_management.api.urls import ORDER_ACTIONS, urlpatterns
from support_management.core.time import now
from support_management.models import OrderDisputeSLA, SupportActionLog, SupportNotification
from tests import cast
from tests.factories import hold, make_dispute, make_money_effect, make_order, make_payment_issue, make_ticket
from tests.past import rewrite

ABSENT = 10**9
BODIES: dict[str, dict] = {
    "claim": {"version": 1},
    "release": {"version": 1},
    "assign": {"assignee": "ada", "version": 1},
    "reply": {"body": "Hi", "version": 1},
    "note": {"body": "Hi", "version": 1},
    "status": {"status": "pending", "version": 1},
    "priority": {"priority": "high", "version": 1},
    "type": {"type": "payment", "version": 1},
    "tags": {"tags": ["vip"], "version": 1},
    "advance": {"status": "under_review", "version": 1},
    "resolve": {"outcome": "withdrawn", "notes": "x", "version": 1},
    "payment-issues resolve": {"notes": "x", "version": 1},
    "payment-issues steps": {"kind": "contact", "outcome": "reached", "version": 1},
    "extend": {"minutes": 5, "reason": "x"},
    "orders status": {"status": "on_hold", "version": 1},
    "orders move_deadline": {"reason": "x", "deadline": "2090-01-01T12:00:00Z", "version": 1},
    **{f"orders {action}": {"reason": "x", "version": 1} for action in ORDER_ACTIONS if action != "move_deadline"},
}
PATHS = sorted(
    {
        (method, str(pattern.pattern))
        for pattern in urlpatterns
        for method in getattr(pattern.callback, "actions", {"get": ""})
        if "<int:pk>" in str(pattern.pattern) and method != "head"
    }
)


@pytest.fixture(scope="module")
def hidden(shared_db):
    """Ids that Ada may not see: of a colleague since a while, whatever their status, and of another website."""
    cast.ada_of_north()
    ben, zoe = cast.ben_of_north(), cast.zoe_of_south()
    there, held = make_order(website=cast.south()), make_order(website=cast.south())
    hold(held, by=zoe)
    dispute = make_dispute(assignee=ben)
    tickets = [make_ticket(website_id=cast.south().pk), make_ticket(website_id=cast.south().pk, assignee=zoe)]
    tickets += [make_ticket(assignee=ben, status=status) for status in (None, "pending", "resolved", "closed")]
    rewrite(SupportActionLog.objects.all(), at=now() - timedelta(minutes=2))
    clocks = OrderDisputeSLA.objects
    return {
        "tickets": [row.pk for row in tickets],
        "disputes": [dispute.pk, make_dispute(order=there).pk],
        "orders": [there.pk],
        "order-management": [held.management_actions.get().pk],
        "payment-issues": [make_payment_issue(order=there, by=zoe).pk],
        "money-effects": [make_money_effect(there).pk],
        "sla/clocks": [clocks.get(dispute=dispute).pk, clocks.filter(ticket=tickets[0]).first().pk],
        "support-profiles": [ben.support_profile.pk],
        "workload-tracker": [ben.workload.pk],
        "availability": [ben.pk],
        "notifications": [SupportNotification.objects.filter(recipient=ben).first().pk],
    }


@pytest.mark.parametrize(("method", "pattern"), PATHS)
def test_it_is_answered_as_if_it_were_not_there(hidden, api, settings, method, pattern):
    settings.AGENTS_READ_ALL = False
    noun, _, verb = pattern.partition("/<int:pk>/")
    program, verb = api(cast.ada_of_north()), verb.strip("/")
    body = {} if method == "get" else BODIES.get(f"{noun} {verb}", BODIES.get(verb, {}))
    absent = program.call(method, pattern.replace("<int:pk>", str(ABSENT)), **body)
    assert absent.status_code in (403, 404)
    for pk in hidden.get(noun, ()):
        answer = program.call(method, pattern.replace("<int:pk>", str(pk)), **body)
        assert (answer.status_code, answer.content) == (absent.status_code, absent.content), pk


def test_each_noun_with_a_key_has_hidden_work(hidden):
    shown = {"specializations", "business-calendars", "sla/policies"}  # every agent may read them, or none may
    assert {pattern.partition("/<int:pk>/")[0] for _, pattern in PATHS} == {*hidden} | shown
