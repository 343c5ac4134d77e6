"""Work that an owner is at, or has just got, is not taken from them."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from support_management.core.time import now
from support_management.disputes import lifecycle
from support_management.notifications.models import SupportNotification
from support_management.people.models import SupportProfile
from support_management.routing.dispatch import restore_returned
from support_management.routing.inputs import attention
from support_management.routing.inputs.attention import AttentionSign
from support_management.routing.models import ReassignmentLog, WorkAttention
from support_management.sla.lifecycle import extension
from support_management.sla.models import OrderDisputeSLA
from support_management.tasks import auto_reassign_unresolved_tasks, prune
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket
from tests.factories import make_dispute, make_order, make_ticket, make_tickets
from tests.past import rewrite
from tests.routing.builders import be

pytestmark = pytest.mark.django_db
LONG = timedelta(hours=1)


def owner(work):
    return type(work).objects.get(pk=work.pk).assignee


def at_risk(work) -> None:
    rewrite(type(work).objects.filter(pk=work.pk), due_state="at_risk")


def had_for(work, length: timedelta) -> None:
    kind = "ticket" if isinstance(work, Ticket) else "dispute"
    rewrite(ReassignmentLog.objects.filter(**{kind: work.pk}), at=now() - length)


@pytest.fixture
def hers(ada, ben):
    """Adas ticket, for an hour, at risk; Ben carries less."""
    row, *_ = make_tickets(4, assignee=ada, order=make_order())
    had_for(row, LONG)
    at_risk(row)
    return row


def attend(work, person, *, draft: bool = False) -> int:
    kind = "ticket" if isinstance(work, Ticket) else "dispute"
    return attention.record([AttentionSign(person.pk, kind, work.pk, draft)])


def test_what_a_suspended_owner_does_on_a_screen_is_no_sign(hers, ada):
    assert attend(hers, ada) == 1
    QuerySet.update(SupportProfile.objects.filter(user=ada), status="suspended")
    assert attend(hers, ada) == 0


class TestTouched:
    @pytest.mark.parametrize(
        "touch",
        [
            lambda row, ada: triage.set_priority(ticket=row.pk, priority="high", by=ada),
            lambda row, ada: triage.set_tags(ticket=row.pk, tags=["vip"], by=ada),
            lambda row, ada: triage.set_type(ticket=row.pk, type="payment", by=ada),
            lambda row, ada: conversation.reply(ticket=row.pk, by=ada, body="On it"),
            lambda row, ada: conversation.note(ticket=row.pk, by=ada, body="Called the carrier"),
            lambda row, ada: lifecycle.open_dispute(order=row.order_id, ticket=row.pk, by=ada, reason="late"),
            lambda row, ada: attend(row, ada),
            lambda row, ada: attend(row, ada, draft=True),
        ],
    )
    def test_any_sign_of_work_keeps_it(self, hers, ada, touch):
        touch(hers, ada)
        at_risk(hers)
        assert (auto_reassign_unresolved_tasks(), owner(hers)) == (0, ada)

    def test_a_lead_who_extends_her_own_deadline_has_looked_at_it(self, lea, ben):
        row, *_ = make_tickets(4, assignee=lea)
        had_for(row, LONG)
        clock = OrderDisputeSLA.objects.get(ticket=row, metric="first_response")
        extension.extend(clock=clock.pk, by=lea, minutes=1, reason="I am at it")
        at_risk(row)
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (0, lea)

    def test_without_one_it_leaves(self, hers, ada, ben, lea):
        be(lea, "offline")
        conversation.note(ticket=hers.pk, by=lea, body="Not hers")
        attend(hers, ben)
        assert (auto_reassign_unresolved_tasks(), owner(hers)) == (1, ben)

    def test_a_page_left_alone_is_no_sign_but_a_draft_is(self, hers, ada, ben):
        attend(hers, ada, draft=True)
        rewrite(WorkAttention.objects.all(), active_at=now() - timedelta(minutes=5))
        assert (auto_reassign_unresolved_tasks(), owner(hers)) == (0, ada)
        rewrite(WorkAttention.objects.all(), drafted_at=None)
        assert (auto_reassign_unresolved_tasks(), owner(hers)) == (1, ben)

    def test_what_the_previous_owner_did_is_not_hers(self, ada, ben):
        case, *_ = [make_dispute(assignee=ben), *(make_dispute(assignee=ada) for _ in range(3))]
        lifecycle.advance(dispute=case.pk, status="under_review", by=ben)
        lifecycle.assign(dispute=case.pk, to=ada, by=None)
        had_for(case, timedelta(days=30))
        rewrite(type(case).objects.filter(pk=case.pk), due_state="at_risk")
        assert auto_reassign_unresolved_tasks() == 1

    def test_a_dispute_that_she_is_deciding_stays(self, ada, ben):
        case, *_ = [make_dispute(assignee=ada) for _ in range(3)]
        had_for(case, LONG)
        at_risk(case)
        attend(case, ada)
        assert (auto_reassign_unresolved_tasks(), owner(case)) == (0, ada)

    def test_who_comes_back_does_not_take_it_from_who_is_writing(self, hers, ada, ben):
        be(ada, "away", minutes=60)
        auto_reassign_unresolved_tasks()
        assert owner(hers) == ben
        attend(hers, ben, draft=True)
        be(ada, "online")
        restore_returned.restore_work(ada.pk)
        assert owner(hers) == ben


class TestHeld:
    @pytest.mark.parametrize("minutes", [0, 9, 11])
    def test_what_she_took_stays_for_the_larger_of_minutes_and_a_share_of_its_target(self, ada, ben, minutes):
        make_tickets(3, assignee=ada)
        row = make_ticket()
        ownership.claim(ticket=row.pk, by=ada)
        had_for(row, timedelta(minutes=minutes))
        at_risk(row)
        assert auto_reassign_unresolved_tasks() == 0, "a quarter of four hours"
        rewrite(OrderDisputeSLA.objects.filter(ticket=row), target_seconds=7 * 60)
        assert auto_reassign_unresolved_tasks() == (minutes > 10)

    def test_what_routing_has_just_given_her_is_not_neglected(self, ada, ben):
        row, *_ = make_tickets(4, assignee=ada)
        at_risk(row)
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (0, ada)
        had_for(row, timedelta(days=30))
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (1, ben)

    def test_the_settings_say_how_long(self, ada, ben, lea, settings):
        settings.HOLD_MINUTES = settings.HOLD_TARGET_PERCENT = 0
        make_tickets(3, assignee=ada)
        row = make_ticket()
        ownership.assign(ticket=row.pk, to=ada, by=lea)
        at_risk(row)
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (1, ben)


class TestGivenToWhoIsNotThere:
    @pytest.mark.parametrize("state", ["away", "offline"])
    def test_it_stays_as_long_as_an_absence_may_take_and_the_lead_hears_when_it_moves(
        self, ada, ben, lea, state, settings
    ):
        be(ada, state, minutes=600)
        be(lea, "offline")
        row, case = make_ticket(), make_dispute()
        ownership.assign(ticket=row.pk, to=ada, by=lea)
        lifecycle.assign(dispute=case.pk, to=ada, by=lea)
        assert auto_reassign_unresolved_tasks() == 0
        for work in (row, case):
            had_for(work, timedelta(minutes=settings.ABSENT_MINUTES))
        assert auto_reassign_unresolved_tasks() == 2
        told = SupportNotification.objects.filter(recipient=lea, kind="moved_on").order_by("about_kind")
        assert [notice.about_id for notice in told] == [case.pk, row.pk]
        assert "reassigned: Ada Agent is" in told[1].text

    def test_nobody_hears_of_what_only_a_rule_gave(self, ada, ben, lea):
        make_ticket(assignee=ada)
        be(ada, "away", minutes=600)
        assert auto_reassign_unresolved_tasks() == 1
        assert not SupportNotification.objects.filter(kind="moved_on").exists()


class TestAttention:
    def test_only_owners_signs_are_kept_and_old_ones_go(self, ada, ben, hers):
        assert attend(hers, ben) == 0
        assert [attend(hers, ada), attend(hers, ada, draft=True), attend(hers, ada)] == [1, 1, 1]
        [sign] = WorkAttention.objects.all()
        assert (sign.user, sign.drafted_at) == (ada, None)
        rewrite(WorkAttention.objects.all(), active_at=now() - timedelta(days=8))
        prune()
        assert not WorkAttention.objects.exists()
