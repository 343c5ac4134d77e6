"""Units of open work that agents carry."""

import pytest

from support_management.core.errors import Conflict
from support_management.core.time import now
from support_management.events.quiet import quietly
from support_management.people import load, profiles, tokens
from support_management.people.models import (
    ApiToken,
    SupportAvailability,
    SupportProfile,
    SupportWorkloadTracker,
    User,
)
from support_management.tickets import ownership, triage
from tests.factories import make_agent, make_ticket
from tests.invariants import assert_desk_is_right

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
        with pytest.raises(Conflict, match="3 of 3 units") as refusal:
            load.reserve(load.TICKET, agent_id=ada.pk, units=1)
        assert refusal.value.code == "no_room"
        assert load_of(ada) == 3

    def test_a_client_carries_nothing(self, cleo):
        with pytest.raises(Conflict) as refusal:
            load.reserve(load.TICKET, agent_id=cleo.pk, units=1)
        assert refusal.value.code == "not_an_agent"

    def test_it_remembers_when_work_came_last(self, ada):
        before = now()
        load.reserve(load.TICKET, agent_id=ada.pk, units=1)
        assert SupportWorkloadTracker.objects.get(user=ada).last_assigned_at >= before


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
        profiles.equip(ada)
        profiles.equip_all()
        assert SupportProfile.objects.filter(user=ada).count() == 1

    def test_registration_ids_are_given_once(self, db):
        ids = {make_agent().support_profile.registration_id for _ in range(3)}
        assert len(ids) == 3

    def test_what_is_missing_comes_back(self, ada):
        ada.workload.delete()
        assert SupportWorkloadTracker.objects.filter(user=ada).exists()

    def test_a_new_agent_counts_as_online_and_has_room_for_eight(self, db):
        person = User.objects.create_user("nia", name="Nia", role="lead")
        assert (person.availability.says, person.support_profile.capacity) == ("online", 8)

    def test_what_she_says_is_dated(self, ada):
        before = now()
        SupportAvailability.objects.filter(user=ada).update(says="break")
        assert SupportAvailability.objects.get(user=ada).since >= before


class TestToken:
    def test_only_its_hash_is_kept_and_earlier_ones_stay_valid(self, ada):
        first, second = tokens.issue(user=ada), tokens.issue(user=ada)
        assert tokens.owner(first) == tokens.owner(second) == ada
        assert not ApiToken.objects.filter(digest__in=[first, second]).exists()

    def test_revoked_unknown_or_of_somebody_disabled_it_opens_nothing(self, ada):
        token = tokens.issue(user=ada)
        assert tokens.owner("desk_unknown") is None
        User.objects.filter(pk=ada.pk).update(is_active=False)
        assert tokens.owner(token) is None
        User.objects.filter(pk=ada.pk).update(is_active=True)
        ApiToken.objects.update(revoked_at=now())
        assert tokens.owner(token) is None
