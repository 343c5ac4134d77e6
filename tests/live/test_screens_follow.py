"""Whatever happens, every open page becomes what a reload would show; and nobody sees what is not theirs."""

import copy
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from console.fragments import registry, rendering, row_cache
from console.fragments.tickets import GONE
from support_management.events import live_models, positions
from support_management.tickets import conversation, ownership
from tests import cast, html
from tests.factories import make_ticket, make_tickets
from tests.followed_page import Screen, assert_screen_follows
from tests.live.scenario import FLOODS, HAPPENS, Desk

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
BROKEN = "live/_broken.html"
POSITION = r'data-pos="[^"]*"'

CASES = {
    "ticket.row": ("ada leaves a note", "the queue"),
    "queue.head": ("a client writes a new ticket", "the queue"),
    "ticket.header": ("the priority rises", "the free ticket"),
    "ticket.controls": ("the priority rises", "the free ticket"),
    "ticket.audience": ("it is closed", "her ticket"),
    "ticket.message": ("the requester writes", "her ticket"),
    "ticket.context": ("an order moves", "the free ticket"),
    "ticket.why": ("ada claims", "the free ticket"),
    "ticket.requester": ("a client writes a new ticket", "her ticket"),
    "dispute.card": ("a dispute moves on", "the disputes"),
    "dispute.head": ("a dispute is decided", "the disputes"),
    "orders.row": ("a shell makes an order", "the orders"),
    "orders.head": ("an order is put on hold", "the orders"),
    "order.header": ("an order is put on hold", "the calm order"),
    "order.facts": ("the deadline of an order moves", "the disputed order"),
    "order.actions": ("the files of an order are restricted", "the disputed order"),
    "order.work": ("a dispute changes hands", "the disputed order"),
    "order.timeline": ("an action on an order is undone", "the disputed order"),
    "payments.row": ("a payment issue changes hands", "the payments"),
    "payments.head": ("a payment issue is logged", "the payments"),
    "payment.header": ("a payment issue is escalated", "the payment issue"),
    "payment.actions": ("a payment issue is resolved", "the payment issue"),
    "payment.facts": ("a payment is retried", "the payment issue"),
    "payment.steps": ("a payment is retried", "the payment issue"),
    "dashboard.figures": ("ada replies and resolves", "the dashboard"),
    "dashboard.member": ("ben claims", "the dashboard"),
    "bell.count": ("lea assigns", "the queue"),
    "me.status": ("ada goes on a break", "the queue"),
    "notices.head": ("lea assigns", "the notifications"),
    "notices.work": ("lea assigns", "the notifications"),
    "sla.row": ("lea assigns", "the SLA board"),
    "sla.none": ("lea gives away what has no promise", "the SLA board"),
    "sla.head": ("a client writes a new ticket", "the SLA board"),
    "sla.hour": ("a client writes a new ticket", "the SLA board"),
    "sla.sweep": ("clocks run out", "the SLA board"),
    "workload.head": ("lea assigns", "the workload"),
    "workload.group": ("lea assigns", "the workload"),
    "workload.agent": ("lea assigns", "the workload"),
    "workload.held": ("ada claims", "the workload"),
    "workload.offers": ("a client writes a new ticket", "the workload"),
    "workload.offer": ("a client writes a new ticket", "the workload"),
    "workload.what_if": ("lea moves it on", "the workload"),
    "sla.story": ("the requester wakes it", "the clocks of a ticket"),
}
"""Fragment → what happens, and the page that must show it."""


@pytest.fixture
def desk(ada, ben, lea, cleo):
    return Desk(ada, ben, lea, cleo)


@pytest.fixture(scope="module")
def morning(shared_db):
    """One desk and the pages that its people have open, for all that can happen."""
    desk = Desk(cast.ada_of_north(), cast.ben_of_north(), cast.lea_who_leads(), cast.cleo_of_north())
    people = (desk.lea, desk.ada)
    screens = [screen for user in people for screen in Screen.several(user, desk.pages_of(user).values())]
    return desk, screens, [screen.lines() for screen in screens]


@pytest.mark.parametrize("happening", HAPPENS)
def test_every_page_of_agent_and_lead_follows(morning, happening):
    desk, screens, before = morning
    screens = [screen.copy() for screen in screens]
    HAPPENS[happening](copy.deepcopy(desk))
    calm = set()
    for screen in screens:
        if screen.path in calm and not screen.parts(screen.pos):
            continue  # the lead, who sees more, was right to hear nothing here
        assert_screen_follows(screen)
        if screen.borrowed and screen.path != "/queue/":
            calm.add(screen.path)
    assert [screen.lines() for screen in screens] != before, "nobody saw anything"


@pytest.mark.parametrize("flood", FLOODS)
def test_a_flood_makes_pages_fetch_themselves(desk, flood, monkeypatch):
    monkeypatch.setattr(live_models, "MANY", 20)
    screen = Screen(desk.ada, "/queue/")
    FLOODS[flood](desk)
    assert "refetch" in assert_screen_follows(screen)


def test_every_fragment_has_a_case():
    assert set(CASES) == set(registry.FRAGMENTS), "add what changes the new fragment, and where it must be seen"


@pytest.mark.parametrize("fragment", CASES)
def test_a_fragment_that_forgot_its_events_would_be_found(desk, monkeypatch, fragment):
    happening, page = CASES[fragment]
    people = [user for user in (desk.ada, desk.lea) if page in desk.pages_of(user)]
    screens = [Screen(user, desk.pages_of(user)[page]) for user in people]
    forgetful = replace(registry.FRAGMENTS[fragment], dirtied_by=())
    monkeypatch.setitem(registry.FRAGMENTS, fragment, forgetful)
    HAPPENS[happening](desk)
    assert not all(_follows(screen) for screen in screens)


@pytest.mark.parametrize("row", [*registry.FRAGMENTS.values(), GONE], ids=lambda row: row.name)
def test_a_fragment_names_the_element_of_its_template(row):
    source = (TEMPLATES / row.template).read_text()
    assert re.search(r"<([a-z0-9]+)", source)[1] == row.tag


@pytest.mark.parametrize("fragment", CASES)
def test_a_fragment_is_one_element_with_its_id_also_when_it_breaks(morning, monkeypatch, fragment):
    happening, page = CASES[fragment]
    desk, screens, _ = morning
    row, pages = registry.FRAGMENTS[fragment], {*desk.pages_of(desk.ada).items(), *desk.pages_of(desk.lea).items()}
    here = [screen for screen in screens if (page, screen.path) in pages]
    HAPPENS[happening](copy.deepcopy(desk))
    whole = _elements(monkeypatch, here, row, breaks=False)
    broken = _elements(monkeypatch, here, row, breaks=True)
    assert whole
    assert whole == broken
    assert {tag for tag, _ in whole} == {row.tag}


class TestALongLane:
    def test_a_row_that_leaves_lets_the_next_one_move_up(self, ada):
        first, *_ = make_tickets(103)
        screen = Screen(ada, "/queue/")
        assert len(screen.lists()[0].elements) == 100
        assert_screen_follows(screen, lambda: ownership.claim(ticket=first.pk, by=ada))
        assert len(screen.lists()[0].elements) == 100

    def test_urgent_work_pushes_the_last_row_out_of_the_window(self, ada):
        make_tickets(100)
        screen = Screen(ada, "/queue/")
        assert_screen_follows(screen, lambda: make_ticket(priority="urgent"))
        assert len(screen.lists()[0].elements) == 100

    def test_work_at_the_end_only_counts(self, ada):
        make_tickets(100)
        screen = Screen(ada, "/queue/")
        late = []
        assert_screen_follows(screen, lambda: late.append(make_ticket(priority="low")))
        assert screen.tree.by_id(f"queue-unassigned-ticket-{late[0].pk}") is None


class TestWhoMustNotHear:
    CANARY = "canary-7f3a of the internal note"

    def test_a_note_reaches_who_may_read_it_and_nobody_else(self, desk, zoe):
        seeing, blind = Screen(desk.lea, desk.hers.get_absolute_url()), Screen(zoe, "/queue/")
        before = positions.head()
        conversation.note(ticket=desk.hers.pk, by=desk.ada, body=self.CANARY)
        assert self.CANARY in _frames(seeing, before), "the guard: it is sent to those who may read it"
        assert self.CANARY not in _frames(blind, before)
        assert blind.client.get(desk.hers.get_absolute_url()).status_code == 404

    def test_a_queue_never_carries_what_was_said(self, desk):
        screen = Screen(desk.ada, "/queue/")
        before = positions.head()
        conversation.note(ticket=desk.hers.pk, by=desk.ada, body=self.CANARY)
        frames = _frames(screen, before)
        assert desk.hers.number in frames, "the guard: its row is sent"
        assert self.CANARY not in frames

    def test_other_peoples_work_reaches_neither_page_nor_frame(self, desk, zoe):
        screens = [Screen(desk.ada, "/queue/"), Screen(desk.lea, "/queue/"), Screen(zoe, "/queue/")]
        before = positions.head()
        made = make_ticket(subject="canary-subject", assignee=desk.ben, priority="urgent")
        shown = ["canary-subject" in _frames(screen, before) for screen in screens]
        assert shown == [False, True, False]
        assert made.subject not in screens[0].client.get("/queue/").content.decode()

    def test_a_ticket_that_goes_to_another_leaves_the_screen_of_who_only_looked(self, desk, settings):
        settings.AGENTS_READ_ALL = False
        screen = Screen(desk.ada, desk.free.get_absolute_url())
        assert_screen_follows(screen, lambda: ownership.claim(ticket=desk.free.pk, by=desk.ben))
        assert "no longer have access" in screen.text()
        assert desk.free.subject not in screen.text()

    def test_another_pane_by_name_answers_nothing(self, desk, settings):
        settings.AGENTS_READ_ALL = False
        screen = Screen(desk.ada, "/queue/")
        screen.panes = tuple(registry.find_pane(f"ticket.{desk.bens.pk}") for _ in range(1))
        before = positions.head()
        conversation.note(ticket=desk.bens.pk, by=desk.ben, body=self.CANARY)
        assert self.CANARY not in _frames(screen, before)


def _follows(screen: Screen) -> bool:
    try:
        assert_screen_follows(screen)
    except AssertionError:
        return False
    return True


def _elements(monkeypatch, screens: list[Screen], row: registry.Fragment, *, breaks: bool) -> set[tuple[str, str]]:
    """(tag, id) of what a fragment becomes on these screens. `breaks`: with a template that cannot be rendered."""
    rendered: set[str] = set()

    def render(template, context):
        if template == row.template and breaks:
            raise ZeroDivisionError
        markup = render_to_string(template, context)
        if template == (BROKEN if breaks else row.template):
            rendered.add(markup)
        return markup

    row_cache._cache.clear()
    with monkeypatch.context() as patch:
        patch.setattr(rendering, "render_to_string", render)
        parts = [part for screen in screens for part in screen.parts(screen.pos)]
    row_cache._cache.clear()
    roots = [(html.parse(part.html).elements, part.id) for part in parts if part.html and _is_one_of(part, rendered)]
    assert all([root["id"] for root in elements] == [name] for elements, name in roots)
    return {(elements[0].tag, name) for elements, name in roots}


def _is_one_of(part: registry.Part, rendered: set[str]) -> bool:
    """Whether the part was rendered here; positions are put into rows afterwards."""
    return re.sub(POSITION, "", part.html) in {re.sub(POSITION, "", markup) for markup in rendered}


def _frames(screen: Screen, since: int) -> str:
    """Everything that would be written to this person's socket for what happened after a position."""
    return " ".join(part.html or "" for part in screen.parts(since))
