"""Who may not see it does not hear it: not in a frame, not on a page, not in an answer. And who does not listen."""

import uuid

import pytest

from tests.stack.live_socket import Line

COME_BACK = 4408
OTHER_DESK = """
from support_management.models import Website
own, foreign = (Website.objects.get_or_create(name=name)[0] for name in ("Own site", "Foreign site"))
SupportProfile.objects.get(user__username={name!r}).websites.set([own])
print(own.pk, foreign.pk)
"""
STORM = """
rows = list(Ticket.objects.filter(is_open=True, assignee=None).order_by("priority", "next_due_at", "pk")[:60])
for turn in range(6):
    for row in rows:
        Ticket.objects.filter(pk=row.pk).update(subject=f"Turn {turn} of {row.pk} " + "long " * 20)
"""


@pytest.fixture
def words():
    """A word that nobody could utter by chance."""
    return lambda what: f"{what}{uuid.uuid4().hex}"


def test_work_of_another_website_is_never_heard_of(desk, spare, lead, visitor_of, words):
    own, foreign = desk.shell(OTHER_DESK.format(name=spare)).split()
    secret, public = words("secret"), words("public")
    with Line(visitor_of(spare), "/queue/") as line, Line(visitor_of("lead"), "/queue/") as control:
        for word, site in ((secret, foreign), (public, own)):
            ticket = lead.new_ticket(word)
            desk.shell(f"Ticket.objects.filter(pk={ticket['id']}).update(website={site}, subject={word!r} + ' again')")
        hidden = f"{secret} again"
        control.wait_for(hidden)
        line.wait_for(f"{public} again")
        assert not line.heard(hidden)
        assert hidden not in visitor_of(spare).get("/queue/").text


def test_a_note_is_for_the_desk_only(desk, spares, lead, visitor_of, program_of, words):
    client = next(spares)
    desk.shell(f"User.objects.filter(username={client!r}).update(role='client')")
    ticket = program_of(client).new_ticket(words("Mine"))
    note, reply = words("note"), words("reply")
    with Line(visitor_of("agent1"), f"/tickets/{ticket['number']}/") as control:
        assert lead.post(f"/tickets/{ticket['id']}/note/", {"body": note}).status in (200, 201)
        assert lead.post(f"/tickets/{ticket['id']}/reply/", {"body": reply}).status in (200, 201)
        control.wait_for(note)
        control.wait_for(reply)
    said = program_of(client).get(f"/tickets/{ticket['id']}/messages/").text
    assert reply in said
    assert note not in said
    assert visitor_of(client).get(f"/tickets/{ticket['number']}/").status == 403


def test_a_ticket_that_moves_out_of_sight_takes_its_pane_with_it(desk, spare, lead, visitor_of, words):
    own, foreign = desk.shell(OTHER_DESK.format(name=spare)).split()
    ticket = lead.new_ticket(words("Moving"))
    desk.shell(f"Ticket.objects.filter(pk={ticket['id']}).update(website={own})")
    path, secret = f"/tickets/{ticket['number']}/", words("after the move")
    with Line(visitor_of(spare), path) as line, Line(visitor_of("lead"), path) as control:
        desk.shell(f"Ticket.objects.filter(pk={ticket['id']}).update(website={foreign})")
        lead.post(f"/tickets/{ticket['id']}/note/", {"body": secret})
        control.wait_for(secret)
        assert not line.heard(secret)
        assert visitor_of(spare).get(path).status == 404


def test_who_does_not_listen_is_told_to_come_back_and_the_others_go_on(desk, visitor_of, lead, words):
    with (
        Line(visitor_of("lead"), "/queue/", acknowledge=False) as deaf,
        Line(visitor_of("agent1"), "/queue/") as control,
    ):
        for _ in range(10):
            desk.shell(STORM)
            if deaf.closed_at:
                break
        assert deaf.wait_for_end() == COME_BACK
        last = lead.new_ticket(words("After the storm"), priority="urgent")["subject"]
        control.wait_for(last)
    with Line(visitor_of("lead"), "/queue/") as back:
        assert last in visitor_of("lead").get("/queue/").text
        assert back.close_code is None
