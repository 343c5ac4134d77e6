"""Whoever makes a change and through whichever door: two open browsers show it without a reload."""

import json
import uuid

import pytest

from tests.stack.desk import PASSWORD
from tests.stack.http_clients import Visitor

SHOWN_SECONDS = 5


def api(desk, program_of, ticket, word):
    program_of("lead").post(f"/tickets/{ticket['id']}/note/", {"body": word})


def console_form(desk, program_of, ticket, word):
    lead = Visitor(desk.url).sign_in("lead", PASSWORD)
    lead.post(f"/tickets/{ticket['number']}/note/", body=word, key=uuid.uuid4(), version=ticket["version"])


def shell_save(desk, program_of, ticket, word):
    desk.shell(f"ticket = Ticket.objects.get(pk={ticket['id']}); ticket.subject = {word!r}; ticket.save()")


def shell_update(desk, program_of, ticket, word):
    desk.shell(f"Ticket.objects.filter(pk={ticket['id']}).update(subject={word!r})")


def shell_bulk_update(desk, program_of, ticket, word):
    change = f"rows = [Ticket.objects.get(pk={ticket['id']})]; rows[0].subject = {word!r}"
    desk.shell(f"{change}\nTicket.objects.bulk_update(rows, ['subject'])")


def celery_worker(desk, program_of, ticket, word):
    """The worker closes what was resolved long ago; nobody else does."""
    program_of("lead").post(f"/tickets/{ticket['id']}/status/", {"status": "resolved"})
    program_of("lead").post(f"/tickets/{ticket['id']}/note/", {"body": word})
    desk.shell(
        "from datetime import timedelta\n"
        "from support_management import tasks\n"
        f"row = Ticket.objects.get(pk={ticket['id']})\n"
        "Ticket.objects.filter(pk=row.pk).update(resolved_at=row.created_at - timedelta(days=30))\n"
        "tasks.close_resolved_tickets.delay()"
    )


DOORS = [api, console_form, shell_save, shell_update, shell_bulk_update]


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_change_is_on_two_screens(desk, screens, program_of, door):
    ticket = program_of("lead").new_ticket()
    path = f"/tickets/{ticket['number']}/"
    ada, lea = screens.of("agent1").open(path), screens.of("lead", url=desk.urls[-1]).open(path)
    word = f"Changed through {door.__name__} {uuid.uuid4().hex[:8]}"
    door(desk, program_of, ticket, word)
    for screen in (ada, lea):
        screen.shows(word, SHOWN_SECONDS)
        screen.equals_a_reload()
        assert screen.violations() == []


def test_the_worker_changes_two_screens(desk, screens, program_of):
    ticket = program_of("lead").new_ticket()
    path = f"/tickets/{ticket['number']}/"
    ada, lea = screens.of("agent1").open(path), screens.of("lead", url=desk.urls[-1]).open(path)
    celery_worker(desk, program_of, ticket, "Soon to be closed")
    for screen in (ada, lea):
        screen.shows("Closed", SHOWN_SECONDS, where=f"#ticket-{ticket['id']}-header")
        screen.equals_a_reload()


def test_an_edit_in_the_administration_is_on_two_screens(desk, screens, program_of):
    ticket = program_of("lead").new_ticket()
    path = f"/tickets/{ticket['number']}/"
    ada, lea = screens.of("agent1").open(path), screens.of("lead", url=desk.urls[-1]).open(path)
    iris = screens.of("admin")
    iris.page.goto(f"{desk.url}/admin/support_management/ticket/{ticket['id']}/change/")
    iris.page.select_option("select[name=status]", "resolved")
    iris.page.click("input[name=_save]")
    iris.page.wait_for_url("**/admin/support_management/ticket/")
    for screen in (ada, lea):
        screen.shows("Resolved", SHOWN_SECONDS, where=f"#ticket-{ticket['id']}-header")
        screen.equals_a_reload()


@pytest.mark.parametrize("where", ["/queue/", "/dashboard/", "/disputes/"])
def test_boards_follow_what_everyone_does(desk, screens, program_of, lead, where):
    ada, lea = screens.of("agent1").open(where), screens.of("lead", url=desk.urls[-1]).open(where)
    ticket = lead.new_ticket(priority="urgent")
    agent = program_of("agent2")
    assert agent.post(f"/tickets/{ticket['id']}/claim/").status == 200
    agent.post(f"/tickets/{ticket['id']}/reply/", {"body": "On it", "status": "resolved"})
    order = json.loads(
        desk.shell(
            "from support_management.disputes.models import Dispute\n"
            "free = Order.objects.exclude(pk__in=Dispute.objects.values('order'))\n"
            "import json; print(json.dumps(free.values_list('pk', flat=True)[0]))"
        )
    )
    lead.post("/disputes/", {"order": order, "reason": "late"})
    for screen in (ada, lea):
        screen.equals_a_reload()
        assert screen.violations() == []


def test_new_work_appears_on_every_queue_board_and_leaves_it(desk, screens, program_of, lead):
    ada, ben = screens.of("agent1").open("/queue/"), screens.of("agent2", url=desk.urls[-1]).open("/queue/")
    ticket = lead.new_ticket(priority="urgent")
    row = f"#queue-unassigned-ticket-{ticket['id']}"
    for screen in (ada, ben):
        screen.page.wait_for_selector(row, timeout=SHOWN_SECONDS * 1000)
    program_of("agent2").post(f"/tickets/{ticket['id']}/claim/")
    for screen in (ada, ben):
        screen.page.wait_for_selector(row, state="detached", timeout=SHOWN_SECONDS * 1000)
        screen.equals_a_reload()
    ben.page.wait_for_selector(f"#queue-mine-ticket-{ticket['id']}")
