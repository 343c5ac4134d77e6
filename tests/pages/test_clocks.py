"""SLA details of a piece of work, beside its chip: on the ticket's page and on a dispute's card."""

from datetime import timedelta

import pytest

from support_management.core.time import now
from support_management.sla.lifecycle import sweep
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import conversation
from tests.factories import make_dispute, make_old, make_ticket
from tests.followed_page import Screen, assert_screen_follows
from tests.pages.builders import Person
from tests.past import erase_clocks

pytestmark = pytest.mark.django_db


def clocks_of(page, work: str, pk: int) -> str:
    found = page.by_id(f"clocks-{work}-{pk}")
    [opener] = page.all(lambda node: node.get("popovertarget") == f"clocks-{work}-{pk}")
    assert (opener.tag, "popover" in found) == ("button", True)
    assert opener["aria-label"].startswith("SLA details of ")
    return found.text


class TestATicket:
    def test_ada_reads_when_each_promise_is_due_what_it_is_and_since_when(self, ada):
        ticket = make_ticket(assignee=ada, priority="urgent")
        conversation.reply(ticket=ticket.pk, by=ada, body="Here.")
        text = clocks_of(Person(ada).page(ticket.get_absolute_url()), "ticket", ticket.pk)
        assert "First response Met" in text
        assert "Resolution On track" in text
        for words in ("4h · Tickets, urgent", "30m · Tickets, urgent", "Started", "Pausednever", "Completed"):
            assert words in text

    @pytest.mark.parametrize(("share", "overdue"), [(0.0, False), (0.25, False), (1.0, True)])
    def test_the_bar_of_a_running_clock_is_filled_up_to_now(self, ada, share, overdue):
        """No full bar before the deadline; the browser's own ticker moves it on."""
        ticket = make_ticket(assignee=ada, priority="urgent")
        make_old(ticket, by=timedelta(minutes=400 if overdue else 30 * share))  # its first response: 30 minutes
        told = Person(ada).page(f"/sla/clocks/ticket/{ticket.pk}/")
        left, run = told.all(lambda node: node.get("class") in ("track-left", "track-run"))[:2]
        assert float(run["width"]) == pytest.approx(share * float(left["width"]), abs=15)
        assert run["data-elapsed"] == left["width"]
        assert float(run["data-since"]) < now().timestamp()

    def test_the_due_time_is_on_her_own_clock(self, ada, lea):
        ticket = make_ticket(assignee=ada)
        due = OrderDisputeSLA.objects.get(ticket=ticket, metric="resolution").due_at
        lea.time_zone = "Asia/Tokyo"
        lea.save()
        there = clocks_of(Person(lea).page(ticket.get_absolute_url()), "ticket", ticket.pk)
        assert f"{due + timedelta(hours=9):%H:%M:%S}" in there
        assert f"{due:%H:%M:%S}" in clocks_of(Person(ada).page(ticket.get_absolute_url()), "ticket", ticket.pk)

    def test_a_pause_is_told_with_its_beginning_and_its_length(self, ada):
        ticket = make_ticket(assignee=ada)
        clocks = OrderDisputeSLA.objects.filter(ticket=ticket, metric="resolution")
        clocks.update(state="paused", paused_at=now(), paused_seconds=5400)
        text = clocks_of(Person(ada).page(ticket.get_absolute_url()), "ticket", ticket.pk)
        assert "Paused since" in text
        assert "1h 30m in total" in text

    def test_what_it_says_follows_the_clock(self, ada):
        ticket = make_old(make_ticket(assignee=ada), by=timedelta(hours=4, minutes=1))
        screen = Screen(ada, ticket.get_absolute_url())
        assert "First response On track" in clocks_of(screen.tree, "ticket", ticket.pk)
        assert_screen_follows(screen, sweep.fire_due, changes=True)
        assert "First response Breached" in clocks_of(screen.tree, "ticket", ticket.pk)
        conversation.reply(ticket=ticket.pk, by=ada, body="Late, but here.")
        assert_screen_follows(screen)
        assert "First response Breached, done late" in clocks_of(screen.tree, "ticket", ticket.pk)


class TestADispute:
    def test_a_card_has_the_same(self, ada):
        dispute = make_dispute()
        text = clocks_of(Person(ada).page("/disputes/"), "dispute", dispute.pk)
        assert "Resolution On track" in text
        assert "3d · Disputes" in text

    def test_work_without_a_promise_says_so(self, lea):
        dispute = make_dispute()
        erase_clocks(OrderDisputeSLA.objects.filter(dispute=dispute))
        assert clocks_of(Person(lea).page("/disputes/"), "dispute", dispute.pk) == "No SLA target."
