"""Which tickets lists show to whom. What agents may open beyond that: test_readable.py."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from support_management.core.time import now
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import ownership, queries
from support_management.tickets.models import Ticket, TicketParticipation
from tests import cast
from tests.factories import make_ticket

pytestmark = pytest.mark.django_db


def sees(person, ticket) -> bool:
    """By the list and by the row in hand: both must say the same."""
    viewer = viewer_of(User.objects.get(pk=person.pk))
    listed = queries.listed_for(viewer).filter(pk=ticket.pk).exists()
    row = Ticket.objects.get(pk=ticket.pk)
    assert queries.is_listed(viewer, row) == listed
    assert queries.is_listed(viewer, row, queries.participants([row.pk])[row.pk]) == listed
    return listed


class TestAgents:
    def test_ada_sees_hers_and_free_ones_of_her_website(self, ada, ben, zoe):
        assert sees(ada, make_ticket())
        assert sees(ada, make_ticket(assignee=ada))
        assert not sees(ada, make_ticket(assignee=ben))
        assert not sees(ada, make_ticket(website_id=cast.south().pk))
        assert sees(ada, make_ticket(website_id=None))

    def test_an_agent_without_websites_serves_all(self, ada):
        ada.support_profile.websites.clear()
        assert sees(ada, make_ticket(website_id=cast.south().pk))

    def test_what_she_took_part_in_stays_listed_for_fourteen_days(self, ada, ben, lea):
        row = make_ticket(assignee=ada)
        ownership.assign(ticket=row.pk, to=ben, by=lea)
        assert sees(ada, row)
        viewer = viewer_of(User.objects.get(pk=ada.pk))
        assert not queries.may_change(viewer, Ticket.objects.get(pk=row.pk))
        QuerySet.update(TicketParticipation.objects.all(), at=now() - timedelta(days=14, minutes=1))
        assert not sees(ada, row)


class TestOthers:
    def test_lea_and_ira_see_everything(self, lea, ira, ada):
        row = make_ticket(assignee=ada, website_id=cast.north().pk)
        assert sees(lea, row)
        assert sees(ira, row)

    def test_cleo_sees_her_own_and_wim_does_not(self, cleo, wim, eda):
        row = make_ticket()
        assert sees(cleo, row)
        assert not sees(wim, row)
        assert not sees(eda, row)

    def test_a_disabled_lead_sees_nothing(self, lea):
        User.objects.filter(pk=lea.pk).update(is_active=False)
        assert not sees(lea, make_ticket())
