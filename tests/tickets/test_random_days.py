"""Whatever a day at the desk brings, in whatever order: what must hold, holds."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support_management.core.errors import DeskError
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.people.models import SupportAvailability, SupportProfile, User
from support_management.routing.dispatch import reassign_absent
from support_management.sla.lifecycle import sweep
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket
from support_management.tickets.status import Status
from tests.factories import make_dispute, make_old, make_ticket
from tests.invariants import assert_desk_is_right

STATUSES, PEOPLE = Status.values, ["ada", "ben", "lea", "cleo"]
_HOURS = timedelta(hours=2)


class Day:
    """A small desk: three tickets, a dispute, four people."""

    def __init__(self) -> None:
        self.people = {name: User.objects.get(username=name) for name in PEOPLE}
        self.tickets = [make_ticket().pk for _ in range(3)]
        self.case = make_dispute().pk

    def does(self, verb: str, who: str, which: int, word: str, other: str) -> None:
        by, ticket = User.objects.get(username=who), self.tickets[which]
        to = None if other == "cleo" else self.people[other]
        {
            "claim": lambda: ownership.claim(ticket=ticket, by=by),
            "assign": lambda: ownership.assign(ticket=ticket, to=to, by=by, reason="because"),
            "release": lambda: ownership.release(ticket=ticket, by=by),
            "reply": lambda: conversation.reply(ticket=ticket, by=by, body="Hello"),
            "reply and move": lambda: conversation.reply(ticket=ticket, by=by, body="Hello", status=word),
            "note": lambda: conversation.note(ticket=ticket, by=by, body="Hm"),
            "status": lambda: triage.set_status(ticket=ticket, by=by, status=word),
            "priority": lambda: triage.set_priority(ticket=ticket, by=by, priority="urgent"),
            "take the case": lambda: lifecycle.assign(dispute=self.case, to=to, by=by, reason="because"),
            "review the case": lambda: lifecycle.advance(dispute=self.case, status="under_review", by=by),
            "decide the case": lambda: lifecycle.resolve(dispute=self.case, outcome="withdrawn", notes="x", by=by),
            "time passes": lambda: (make_old(Ticket.objects.get(pk=ticket), by=_HOURS), sweep.fire_due()),
            "status by hand": lambda: Ticket.objects.filter(pk=ticket).update(status=word),
            "owner by hand": lambda: Ticket.objects.filter(pk=ticket).update(assignee=to),
            "case by hand": lambda: Dispute.objects.filter(pk=self.case).update(assignee=to, status="open"),
            "goes away": lambda: SupportAvailability.objects.filter(user=by).update(says="away", since=by.date_joined),
            "is suspended": lambda: SupportProfile.objects.filter(user=by).update(status="suspended"),
            "the rule runs": reassign_absent.move_work_of_absent,
        }[verb]()


VERBS = [
    "claim", "assign", "release", "reply", "reply and move", "note", "status", "priority", "take the case",
    "review the case", "decide the case", "time passes", "status by hand", "owner by hand", "case by hand",
    "goes away", "is suspended", "the rule runs",
]  # fmt: skip
ACTS = st.tuples(
    st.sampled_from(VERBS),
    st.sampled_from(PEOPLE),
    st.integers(0, 2),
    st.sampled_from(STATUSES),
    st.sampled_from(PEOPLE),
)


class Undone(Exception):
    """The day is over; the next one starts afresh."""


@pytest.mark.django_db
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACTS, min_size=4, max_size=14))
def test_load_figures_deadlines_history_and_events_agree(acts, ada, ben, lea, cleo):
    try:
        with transaction.atomic():
            day = Day()
            for act in acts:
                _try(day, act)
            assert_desk_is_right()
            raise Undone
    except Undone:
        pass


def _try(day: Day, act: tuple) -> None:
    """Refused or done; never anything else, and a refusal leaves nothing behind."""
    with suppress(DeskError), transaction.atomic():
        day.does(*act)
