"""What only leads and only admins may do is refused with one code each, whichever door is tried."""

import pytest

from support_management.calendars import editing as calendars
from support_management.calendars.models import BusinessCalendar
from support_management.core.errors import NotAllowed
from support_management.notifications import nudge
from support_management.people import agent_settings, preferences
from support_management.people.availability import service
from support_management.people.skills import editing as skills
from support_management.routing.transfer import bulk_moves
from support_management.sla import policy_editing
from support_management.sla.escalation import editing as rules
from support_management.sla.escalation.models import EscalationRule
from support_management.sla.lifecycle import extension
from support_management.sla.models import OrderDisputeSLA, SLAPolicy
from tests.factories import make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db

FOR_LEADS = {
    "nudge": lambda by, row: nudge.ask_owner(kind="ticket", pk=row.pk, by=by),
    "extend": lambda by, row: extension.extend(clock=clock_of(row), by=by, minutes=5, reason="late courier"),
    "announce the team": lambda by, row: preferences.choose(by=by, announcements="team"),
    "pause assignment": lambda by, row: service.pause(user=by.pk, paused=True, by=by),
    "move work": lambda by, row: bulk_moves.move(picks=[], to=None, by=by),
    "take moves back": lambda by, row: bulk_moves.undo([], by),
}
FOR_ADMINS = {
    "create a policy": lambda by: policy_editing.create(by=by, values=policy_editing.PolicyValues(name="New")),
    "change a policy": lambda by: policy_editing.change(
        policy=SLAPolicy.objects.earliest("pk").pk, by=by, values=policy_editing.PolicyValues(name="New")
    ),
    "delete a policy": lambda by: policy_editing.delete(policy=SLAPolicy.objects.earliest("pk").pk, by=by),
    "keep a rule": lambda by: rules.save_rule(EscalationRule(name="New", escalate=True), by=by),
    "delete a rule": lambda by: rules.delete(EscalationRule(name="New"), by=by),
    "delete a calendar": lambda by: calendars.delete(calendar=BusinessCalendar.objects.earliest("pk").pk, by=by),
    "create a skill": lambda by: skills.create(by=by, slug="new", name="New"),
    "set capacity": lambda by: agent_settings.change(profile=by.support_profile.pk, by=by, capacity=3),
}


def clock_of(ticket) -> int:
    return OrderDisputeSLA.objects.filter(ticket=ticket).earliest("pk").pk


@pytest.mark.parametrize("what", FOR_LEADS)
def test_leads_only(ada, what):
    with refused("leads_only", NotAllowed):
        FOR_LEADS[what](ada, make_ticket(assignee=ada))


@pytest.mark.parametrize("what", FOR_ADMINS)
def test_admins_only(lea, what):
    with refused("admins_only", NotAllowed):
        FOR_ADMINS[what](lea)
