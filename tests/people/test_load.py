"""Units of open work that agents carry."""

import pytest

from support_management.core.errors import Conflict
from support_management.core.priority import Priority
from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute, DisputeWeight
from support_management.events.suppression import quietly
from support_management.people import api_tokens, load, profiles
from support_management.people.models import (
    ApiToken,
    SupportAvailability,
    SupportProfile,
    SupportWorkloadTracker,
    User,
)
from support_management.tickets import ownership, triage
from support_management.tickets.models import TicketType
from tests.factories import make_agent, make_dispute, make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def load_of(agent) -> int:
    return SupportWorkloadTracker.objects.get(user=agent).load


class TestReserve:
    @pytest.fixture(autouse=True)
    def _as_part_of_a_change(self, ada):
        """By hand the load would be recounted from the work, of which there is none here."""
        with quietly():
            yield

    def test_up_to_the_capacity_and_not_beyond(self, ada):
        SupportProfile.objects.filter(user=ada).update(capacity=3)
        load.reserve(load.TICKET, agent_id=ada.pk, units=3)
        with refused("no_room", Conflict, match="3 of 3 units"):
            load.reserve(load.TICKET, agent_id=ada.pk, units=1)
        assert load_of(ada) == 3

    def test_a_client_carries_nothing(self, cleo):
        with refused("not_an_agent", Conflict):
            load.reserve(load.TICKET, agent_id=cleo.pk, units=1)

    def test_it_remembers_when_work_came_last(self, ada):
        before = now()
        load.reserve(load.TICKET, agent_id=ada.pk, units=1)
        assert SupportWorkloadTracker.objects.get(user=ada).last_assigned_at >= before


class TestKinds:
    """Tickets and disputes count together, and each for itself."""

    def test_each_kind_is_kept_apart(self, ada):
        make_ticket(assignee=ada)
        make_dispute(assignee=ada)
        make_ticket(assignee=ada)
        row = SupportWorkloadTracker.objects.get(user=ada)
        assert (row.load, row.ticket_load, row.dispute_load) == (3, 2, 1)
        assert_desk_is_right()

    def test_a_capacity_of_its_own_binds_one_kind_alone(self, ada):
        SupportProfile.objects.filter(user=ada).update(dispute_capacity=1)
        make_dispute(assignee=ada)
        second = make_dispute()
        with refused("no_room", Conflict, match="1 of 1 units for disputes are in use"):
            lifecycle.assign(dispute=second.pk, to=ada, by=ada)
        ownership.claim(ticket=make_ticket().pk, by=ada)
        assert load_of(ada) == 2

    def test_a_leads_hand_goes_over_it(self, ada, lea):
        SupportProfile.objects.filter(user=ada).update(ticket_capacity=0)
        ownership.assign(ticket=make_ticket().pk, to=ada, by=lea)
        assert load_of(ada) == 1

    def test_figures_of_a_kind_written_by_hand_are_counted_anew(self, ada):
        make_dispute(assignee=ada)
        SupportWorkloadTracker.objects.filter(user=ada).update(ticket_load=5)
        assert_desk_is_right()


class TestWeights:
    def queue(self, **weights) -> str:
        TicketType.objects.filter(slug="payment").update(**weights)
        return "payment"

    @pytest.mark.parametrize(("priority", "units"), [("urgent", 4), ("high", 3), ("normal", 2), ("low", 0)])
    def test_a_queue_weighs_each_priority(self, ada, priority, units):
        queue = self.queue(weight=2, urgent_weight=4, high_weight=3, low_weight=0)
        make_ticket(type=queue, priority=priority, assignee=ada)
        assert load_of(ada) == units

    def test_what_is_not_said_weighs_as_the_others(self, ada):
        make_ticket(type=self.queue(weight=2), priority="urgent", assignee=ada)
        assert load_of(ada) == 2

    def test_another_priority_or_queue_weighs_anew(self, ada):
        row = make_ticket(type=self.queue(urgent_weight=3), assignee=ada)
        triage.set_priority(ticket=row.pk, priority="urgent", by=ada)
        assert load_of(ada) == 3
        triage.set_type(ticket=row.pk, type="order", by=ada)
        assert load_of(ada) == 1
        assert_desk_is_right()

    def test_a_queue_weighed_anew_weighs_its_open_tickets(self, ada):
        make_ticket(type="payment", priority="high", assignee=ada)
        self.queue(high_weight=5)
        assert load_of(ada) == 5
        assert_desk_is_right()

    def test_disputes_weigh_by_priority_from_the_next_change_on_all_of_them(self, ada, lea):
        row = make_dispute(assignee=ada)
        DisputeWeight.objects.create(priority=row.priority, units=3)
        assert load_of(ada) == 3
        lifecycle.assign(dispute=make_dispute().pk, to=ada, by=lea)
        assert load_of(ada) == 6
        Dispute.objects.filter(pk=row.pk).update(priority=Priority.LOW)
        assert load_of(ada) == 4
        DisputeWeight.objects.all().delete()
        assert load_of(ada) == 2
        assert_desk_is_right()


class TestWhatCounts:
    @pytest.mark.parametrize(
        ("status", "units"), [("open", 1), ("pending", 0), ("on_hold", 0), ("resolved", 0), ("closed", 0)]
    )
    def test_only_work_that_waits_for_the_agent(self, ada, status, units):
        make_ticket(assignee=ada, status=status)
        assert load_of(ada) == units

    def test_back_from_waiting_it_counts_even_beyond_the_capacity(self, ada):
        row = make_ticket(assignee=ada, status="pending")
        SupportProfile.objects.filter(user=ada).update(capacity=0)
        triage.set_status(ticket=row.pk, status="open", by=ada)
        assert load_of(ada) == 1

    def test_both_sides_move_when_work_changes_hands(self, ada, ben, lea):
        row = make_ticket(assignee=ada)
        ownership.assign(ticket=row.pk, to=ben, by=lea)
        assert (load_of(ada), load_of(ben)) == (0, 1)
        ownership.release(ticket=row.pk, by=ben)
        assert (load_of(ada), load_of(ben)) == (0, 0)
        assert_desk_is_right()


class TestEquip:
    def test_once_is_enough(self, ada):
        profiles.ensure_agent_rows(ada)
        profiles.ensure_all_agent_rows()
        assert SupportProfile.objects.filter(user=ada).count() == 1

    def test_registration_ids_are_given_once(self, db):
        ids = {make_agent().support_profile.registration_id for _ in range(3)}
        assert len(ids) == 3

    def test_what_is_missing_comes_back(self, ada):
        ada.workload.delete()
        assert SupportWorkloadTracker.objects.filter(user=ada).exists()

    def test_a_new_agent_is_offline_and_has_room_for_eight(self, db):
        person = User.objects.create_user("nia", name="Nia", role="lead")
        assert (person.availability.says, person.support_profile.capacity) == ("offline", 8)

    def test_what_she_says_is_dated(self, ada):
        before = now()
        SupportAvailability.objects.filter(user=ada).update(says="break")
        assert SupportAvailability.objects.get(user=ada).since >= before


class TestToken:
    def test_only_its_hash_is_kept_and_earlier_ones_stay_valid(self, ada):
        first, second = api_tokens.issue(user=ada), api_tokens.issue(user=ada)
        assert api_tokens.owner(first) == api_tokens.owner(second) == ada
        assert not ApiToken.objects.filter(digest__in=[first, second]).exists()

    def test_revoked_unknown_or_of_somebody_disabled_it_opens_nothing(self, ada):
        token = api_tokens.issue(user=ada)
        assert api_tokens.owner("desk_unknown") is None
        User.objects.filter(pk=ada.pk).update(is_active=False)
        assert api_tokens.owner(token) is None
        User.objects.filter(pk=ada.pk).update(is_active=True)
        ApiToken.objects.update(revoked_at=now())
        assert api_tokens.owner(token) is None
