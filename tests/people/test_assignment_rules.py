"""Who may change the owner of work, and what is said about it: the same for tickets and disputes."""

import pytest

from support_management.core.errors import Invalid
from support_management.disputes import lifecycle
from support_management.events.models import DomainEvent
from support_management.people.assignment_rules import REASON_LIMIT, TransferReason
from support_management.routing.models import ReassignmentLog
from support_management.tickets import ownership
from tests.factories import make_dispute, make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db
KINDS = ["ticket", "dispute"]


def assign(kind: str, row, **how):
    return {"ticket": ownership.assign, "dispute": lifecycle.assign}[kind](**{kind: row.pk}, **how)


def make(kind: str, owner):
    return {"ticket": make_ticket, "dispute": make_dispute}[kind](assignee=owner)


@pytest.fixture
def people(ada, ben, lea, zoe) -> dict:
    return {"ada": ada, "ben": ben, "lea": lea, "": None}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("owner", "by", "to", "reason", "outcome"),
    [
        ("", "ada", "ada", "", "claimed"),
        ("", "ada", "ben", "for ben", "not_yours"),
        ("ada", "ada", "ben", "for ben", "manual"),
        ("ada", "ada", "ben", "  ", "reason_missing"),
        ("ada", "ada", "", "", "released"),
        ("ben", "ada", "ada", "mine", "not_yours"),
        ("ben", "lea", "ada", "", "manual"),
        ("ben", "", "ada", "", "assigned"),
    ],
)
def test_the_rule_is_the_same_for_both(people, kind, owner, by, to, reason, outcome):
    row = make(kind, people[owner])
    if owner == "ben":  # who had it before may still see it
        assign(kind, row, to=people["ada"], by=people["lea"])
        assign(kind, row, to=people["ben"], by=people["lea"])
    if outcome in ReassignmentLog.Cause.values:
        assign(kind, row, to=people[to], by=people[by], reason=reason)
        assert ReassignmentLog.objects.latest("pk").cause == outcome
        row.refresh_from_db()
        assert row.assignee == people[to]
    else:
        with refused(outcome):
            assign(kind, row, to=people[to], by=people[by], reason=reason)


@pytest.mark.parametrize("kind", KINDS)
def test_a_reason_fits_its_column_or_is_refused(lea, ada, kind):
    row = make(kind, None)
    with refused("too_long", Invalid, field="reason"):
        assign(kind, row, to=ada, by=lea, reason="x" * (REASON_LIMIT + 1))
    assign(kind, row, to=ada, by=lea, reason="x" * REASON_LIMIT)
    assert ReassignmentLog.objects.latest("pk").reason == "x" * REASON_LIMIT


@pytest.mark.parametrize("kind", KINDS)
def test_the_decision_reaches_the_handlers_and_is_not_stored_in_the_event(ada, kind):
    assign(kind, make(kind, None), to=ada, by=None, why=TransferReason(decision=object()))
    event = DomainEvent.objects.filter(kind=f"{kind.capitalize()}Assigned").latest("pk")
    assert event.payload["agent_id"] == ada.pk
    assert "decision" not in event.payload
