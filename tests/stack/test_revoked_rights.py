"""Who loses the right to listen is cut off within two seconds, and hears nothing after."""

import time
import uuid

import pytest

from tests.servers import wait_for
from tests.stack.desk import PASSWORD
from tests.stack.http_clients import Visitor
from tests.stack.live_socket import Line

SIGNED_OUT = 4401
LIMIT_SECONDS = 2
CHANGE = "user = User.objects.get(username={name!r}); {what}"


def sign_out(desk, name, visitor):
    assert visitor.post("/logout/").status in (302, 303)


def new_password_elsewhere(desk, name, visitor):
    other = Visitor(desk.urls[-1]).sign_in(name, PASSWORD)
    new = "another long word for one person"
    answer = other.post("/password/", old_password=PASSWORD, new_password1=new, new_password2=new)
    assert answer.status in (302, 303), answer


def disabled_in_a_shell(desk, name, visitor):
    desk.shell(CHANGE.format(name=name, what="user.is_active = False; user.save()"))


def disabled_by_update(desk, name, visitor):
    desk.shell(f"User.objects.filter(username={name!r}).update(is_active=False)")


def demoted_in_a_shell(desk, name, visitor):
    desk.shell(CHANGE.format(name=name, what="user.role = 'client'; user.save()"))


CAUSES = [sign_out, new_password_elsewhere, disabled_in_a_shell, disabled_by_update, demoted_in_a_shell]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__name__)
def test_the_stream_ends_within_two_seconds(desk, spare, lead, visitor_of, cause):
    visitor = visitor_of(spare)
    with Line(visitor, "/queue/") as line, Line(visitor_of("agent1"), "/queue/") as control:
        proof = lead.new_ticket(f"Before {uuid.uuid4().hex}", priority="urgent")["subject"]
        line.wait_for(proof)  # what must not be heard later can be heard now
        cause(desk, spare, visitor)
        done = time.monotonic()
        after = lead.new_ticket(f"After {uuid.uuid4().hex}", priority="urgent")["subject"]
        assert line.wait_for_end() == SIGNED_OUT
        assert line.closed_at - done < LIMIT_SECONDS
        control.wait_for(after)
        assert not line.heard(after)


@pytest.mark.parametrize("cause", [sign_out, demoted_in_a_shell], ids=lambda cause: cause.__name__)
def test_the_browser_hides_what_was_there_and_says_why(desk, screens, spare, lead, cause):
    screen = screens.of(spare).open("/queue/")
    secret = lead.new_ticket(f"Only for the desk {uuid.uuid4().hex}", priority="urgent")["subject"]
    screen.shows(secret)
    if cause is sign_out:
        # Another tab of the same browser signs out.
        other = screen.page.context.new_page()
        other.goto(f"{desk.url}/queue/")
        # Not awaited: that tab is sent to the door as well, maybe before it has its answer.
        other.evaluate(
            """() => void fetch("/logout/", {method: "POST", headers: JSON.parse(
                 document.body.getAttribute("hx-headers:inherited"))})"""
        )
    else:
        cause(desk, spare, None)
    screen.lacks(secret, LIMIT_SECONDS + 1)
    # A client may sign in, but not here: that page says whom the console is for.
    screen.shows("Sign in" if cause is sign_out else "console is for")
    assert secret not in screen.page.content()


def test_a_stranger_is_let_in_and_shown_the_door(desk, visitor_of):
    known = visitor_of("agent1")
    stranger = Visitor(desk.url)
    stranger.get = known.get  # the page of somebody else, none of their cookies
    with Line(stranger, "/queue/") as line:
        assert line.wait_for_end() == SIGNED_OUT
        assert line.texts == []


@pytest.mark.parametrize("role", ["client", "writer", "editor"])
def test_people_outside_the_desk_hear_nothing(desk, spare, visitor_of, role):
    page = visitor_of("agent1")
    outsider = Visitor(desk.url)
    desk.shell(f"User.objects.filter(username={spare!r}).update(role={role!r})")
    outsider.sign_in(spare, PASSWORD)
    outsider.get = page.get
    with Line(outsider, "/queue/") as line:
        assert line.wait_for_end() == SIGNED_OUT
        assert line.texts == []


def test_a_write_in_the_same_moment_is_refused(desk, spare, lead, visitor_of):
    ticket = lead.new_ticket()
    visitor = visitor_of(spare)
    token = visitor.csrf_token()
    desk.shell(f"User.objects.filter(username={spare!r}).update(role='client')")
    answer = visitor.post(f"/tickets/{ticket['number']}/claim/", key=uuid.uuid4(), csrfmiddlewaretoken=token)
    assert answer.status in (302, 403)
    assert wait_for(lambda: lead.get(f"/tickets/{ticket['id']}/"), within=5, what="an answer").json["assignee"] is None
