"""A frame names no ticket and no dispute that its viewer can't see."""

import pytest

from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.events import positions
from support_management.orders.models import Order
from support_management.tickets import conversation, ownership, triage
from support_management.tickets.models import Ticket
from tests.cast import north, south
from tests.factories import make_dispute, make_order, make_ticket
from tests.followed_page import Screen, assert_screen_follows
from tests.past import erase_history

pytestmark = pytest.mark.django_db

OF_BENS = {
    "a reply": lambda row, ben: conversation.reply(ticket=row.pk, by=ben, body="On it"),
    "a note": lambda row, ben: conversation.note(ticket=row.pk, by=ben, body="Seen"),
    "a status": lambda row, ben: triage.set_status(ticket=row.pk, status="pending", by=ben),
    "a priority": lambda row, ben: triage.set_priority(ticket=row.pk, priority="urgent", by=ben),
    "a raw write": lambda row, ben: Ticket.objects.filter(pk=row.pk).update(subject="Written past the rules"),
}


def named(screen: Screen, since: int) -> str:
    """All that is said to this person's socket about what happened after a position; "refetch" names nothing."""
    parts = screen.parts(since)
    return "refetch" if parts is None else " ".join(f"{part.id} {part.target} {part.html}" for part in parts)


def test_work_of_a_colleague_is_not_named(ada, ben, lea):
    row = make_ticket(assignee=ben)
    screens = [Screen(user, "/queue/") for user in (ada, ben, lea)]
    for what, happens in OF_BENS.items():
        before = positions.head()
        happens(row, ben)
        assert [f"ticket-{row.pk}" in named(screen, before) for screen in screens] == [False, True, True], what
    before = positions.head()
    made = make_ticket(assignee=ben, priority="urgent")
    assert [f"ticket-{made.pk}" in named(screen, before) for screen in screens] == [False, True, True]
    before = positions.head()
    Ticket.objects.filter(pk=row.pk).update(website=south())
    assert named(screens[0], before) == "refetch"
    before, pk = positions.head(), row.pk
    erase_history(row)
    Ticket.objects.get(pk=pk).delete()
    assert f"ticket-{pk}" not in named(screens[0], before)


def test_nor_work_of_another_website_whatever_becomes_of_it(zoe, ada, ben):
    row, screen = make_ticket(), Screen(zoe, "/queue/")
    before = positions.head()
    ownership.claim(ticket=row.pk, by=ada)
    ownership.release(ticket=row.pk, by=ada)
    ownership.claim(ticket=row.pk, by=ben)
    assert f"ticket-{row.pk}" not in named(screen, before)


class TestWhatLeavesAScreen:
    """The guard: what was there is taken away."""

    def test_unassigned_work_that_a_colleague_takes_whatever_else_happens_before_the_paint(self, ada, ben, lea):
        row, screen = make_ticket(), Screen(ada, "/queue/")

        def much():
            ownership.claim(ticket=row.pk, by=ben)
            conversation.reply(ticket=row.pk, by=ben, body="On it")
            ownership.assign(ticket=row.pk, to=lea, by=ben, reason="needs a lead")

        assert_screen_follows(screen, much, changes=True)

    @pytest.mark.parametrize("field", ["website", "assignee"])
    def test_work_that_a_raw_write_takes_away(self, ada, ben, field):
        row, screen = make_ticket(), Screen(ada, "/queue/")
        value = {"website": south(), "assignee": ben}[field]
        assert_screen_follows(screen, lambda: Ticket.objects.filter(pk=row.pk).update(**{field: value}), changes=True)


class TestDisputes:
    def test_a_dispute_of_a_colleague_is_not_named(self, ada, ben, lea):
        bens = make_dispute(assignee=ben)
        screens = [Screen(user, "/disputes/") for user in (ada, ben, lea)]
        before = positions.head()
        lifecycle.advance(dispute=bens.pk, status="under_review", by=ben)
        assert [f"dispute-{bens.pk}" in named(screen, before) for screen in screens] == [False, True, True]
        before = positions.head()
        row = make_dispute(assignee=ben)
        assert f"dispute-{row.pk}" not in named(screens[0], before)

    def test_what_a_colleague_takes_leaves_the_board(self, ada, ben):
        row, screen = make_dispute(), Screen(ada, "/disputes/")
        assert_screen_follows(screen, lambda: lifecycle.assign(dispute=row.pk, to=ben, by=ben), changes=True)

    def test_so_does_one_whose_order_goes_to_another_website(self, ada):
        order = make_order(website=north())
        make_dispute(order=order)
        screen = Screen(ada, "/disputes/")
        assert_screen_follows(screen, lambda: Order.objects.filter(pk=order.pk).update(website=south()), changes=True)
        assert Dispute.objects.exists()
