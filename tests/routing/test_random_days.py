"""Whatever agents, skills, capacities, arrivals and absences there are: what routing does is right when it does it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support_management.core.errors import DeskError
from support_management.core.time import now
from support_management.people.models import SupportAvailability, SupportWorkloadTracker, User
from support_management.people.skills.models import SkillLevel
from support_management.routing.dispatch import auto_assign, backlog_sweep, next_ticket, restore_returned, triggers
from support_management.routing.inputs import snapshot
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.sla.lifecycle import sweep
from support_management.tickets import conversation, intake, ownership, triage
from support_management.tickets.models import Ticket
from tests import cast
from tests.factories import make_agent, make_old
from tests.invariants import assert_desk_is_right
from tests.routing.builders import able, asks, be, queue, room

AGENTS = ["ana", "bob", "cid"]
QUEUES = ["general", "payment"]
STATES = [("online", 0), ("away", 31), ("break", 45), ("offline", 5)]


class Day:
    """Three agents with rooms and skills of their own; payment asks for billing 2."""

    def __init__(self, rooms: list[int], levels: list[int]) -> None:
        backlog_sweep._last_empty_pass = None
        for slug in QUEUES:
            queue(slug, weight=1 + QUEUES.index(slug))
        asks("billing", 2, type="payment")
        self.agents = [make_agent(name) for name in AGENTS]
        for agent, capacity, level in zip(self.agents, rooms, levels, strict=True):
            room(agent, capacity)
            if level:
                able(agent, "billing", level)
        self.clients = [cast.person(f"client-{at}", "client") for at in range(2)]
        for at in range(3):
            self._arrives(at, at)

    def does(self, verb: str, who: int, which: int) -> None:
        agent, held = self.agents[who], list(Ticket.objects.filter(assignee__isnull=False, is_open=True).order_by("pk"))
        row = held[which % len(held)] if held else None
        state, minutes = STATES[which % len(STATES)]
        {
            "arrives": lambda: self._arrives(who, which),
            "sweep": lambda: self._judged(triggers.sweep),
            "move on": lambda: self._judged(triggers.reassign),
            "takes next": lambda: next_ticket.take_next(by=User.objects.get(pk=agent.pk)),
            "comes back": lambda: (be(agent, "online"), self._judged(lambda: restore_returned.restore_work(agent.pk))),
            "is": lambda: be(agent, state, minutes=minutes),
            "gets room": lambda: room(agent, which),
            "replies": lambda: row and conversation.reply(ticket=row.pk, by=row.assignee, body="Hello"),
            "resolves": lambda: row and triage.set_status(ticket=row.pk, status="resolved", by=None),
            "puts back": lambda: row and ownership.release(ticket=row.pk, by=None),
            "presses": lambda: row and row.due_at and self._presses(row),
        }[verb]()

    def _arrives(self, who: int, which: int) -> None:
        facts = {"priority": ["low", "high", "normal"][which % 3], "type": QUEUES[which % 3 == 1]}
        row = intake.create(by=self.clients[who % 2], subject="Help", body="Please", **facts)
        self._judged(lambda: auto_assign.route_ticket(row.pk))

    def _presses(self, row: Ticket) -> None:
        """A twentieth of the time is left."""
        make_old(row, by=(row.due_at - now()) * 0.95)
        sweep.fire_due()

    def _judged(self, routes: Callable) -> None:
        """Everything that routing does in here is held against the desk as it was before."""
        before = {agent.id: agent for agent in snapshot.agents()}
        there = set(SupportAvailability.objects.filter(state="online").values_list("user", flat=True))
        last = ReassignmentLog.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        routes()
        for log in ReassignmentLog.objects.filter(pk__gt=last, to_agent__isnull=False).order_by("pk"):
            assert log.by_id is None
            assert log.to_agent_id in there
            self._eligible(log, before[log.to_agent_id])
            self._better(log, before)
        for agent in snapshot.agents():
            assert agent.load <= max(agent.capacity, before[agent.id].load), "nobody goes over capacity"

    def _eligible(self, log: ReassignmentLog, agent: snapshot.Agent) -> None:
        if log.cause == "returned":
            return
        told = AssignmentDecision.objects.filter(ticket=log.ticket_id, outcome="assigned").latest("pk")
        assert told.chosen_id == agent.id
        held = dict(SkillLevel.objects.filter(profile__user=agent.id).values_list("specialization", "level"))
        assert all(held.get(need["specialization"], 0) >= need["level"] for need in told.needs)
        lately = log.at - timedelta(minutes=15)
        had = ReassignmentLog.objects.filter(ticket=log.ticket_id, from_agent=agent.id, at__gt=lately, pk__lt=log.pk)
        assert not had.exclude(cause__in=("returned", "undone")).exists(), "no ping-pong"

    def _better(self, log: ReassignmentLog, before: dict) -> None:
        if log.cause != "sla_risk":
            return
        owner, taker = before[log.from_agent_id], before[log.to_agent_id]
        assert taker.load / taker.capacity < owner.load / owner.capacity, "no move without a better place"


VERBS = ["arrives", "arrives", "sweep", "move on", "takes next", "comes back", "is", "gets room", "replies",
         "resolves", "puts back", "presses"]  # fmt: skip
ACTS = st.tuples(st.sampled_from(VERBS), st.integers(0, 2), st.integers(0, 6))


class Undone(Exception):
    """The day is over; the next one starts afresh."""


@pytest.mark.django_db
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rooms=st.lists(st.integers(1, 5), min_size=3, max_size=3),
    levels=st.lists(st.integers(0, 3), min_size=3, max_size=3),
    acts=st.lists(ACTS, min_size=8, max_size=14),
)
def test_what_routing_does_is_right_at_its_moment(rooms, levels, acts, db):
    try:
        with transaction.atomic():
            day = Day(rooms, levels)
            for act in acts:
                with suppress(DeskError), transaction.atomic():
                    day.does(*act)
            _nothing_waits_for_who_could_take_it(day)
            assert_desk_is_right()
            raise Undone
    except Undone:
        pass


def _nothing_waits_for_who_could_take_it(day: Day) -> None:
    """After a sweep, whoever is there and has room could not take what still waits."""
    day._judged(triggers.sweep)
    for row in Ticket.objects.filter(assignee=None, status__in=("new", "open"), is_open=True):
        assert auto_assign.preview(row).chosen is None, row
    sums = {agent.pk: sum(row.units for row in Ticket.objects.filter(assignee=agent)) for agent in day.agents}
    assert sums == dict(SupportWorkloadTracker.objects.filter(user__in=day.agents).values_list("user", "load"))
