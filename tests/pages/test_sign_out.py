"""Going out at /logout/."""

from django.contrib.sessions.models import Session
from django.test import Client

from support_management.core.time import now
from support_management.events.models import DomainEvent
from support_management.people.models import SupportAvailability
from tests import cast
from tests.factories import make_ticket


def test_ada_signs_out_and_her_session_is_gone(client, ada):
    client.force_login(ada)
    key = client.session.session_key
    assert Session.objects.filter(pk=key).exists()
    assert client.post("/logout/").headers["Location"] == "/login/#signed-out"
    assert not Session.objects.filter(pk=key).exists()
    assert client.get("/").headers["Location"] == "/login/"


def test_her_open_screens_are_told(client, ada):
    client.force_login(ada)
    assert client.post("/logout/").status_code == 302
    causes = [event.payload["cause"] for event in DomainEvent.objects.filter(kind="AuthorityChanged")]
    assert "session_ended" in causes


def test_a_picture_or_link_cannot_sign_her_out(client, ada):
    client.force_login(ada)
    assert client.get("/logout/").status_code == 405
    assert client.get("/password/").status_code == 200


def test_another_site_cannot_sign_her_out(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert client.post("/logout/").status_code == 403
    assert client.get("/password/").status_code == 200


def test_admin_goes_out_by_the_same_door(client, ira):
    client.force_login(ira)
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/").headers["Location"] == "/login/#signed-out"


def test_she_stays_online_while_she_is_signed_in_elsewhere(ada):
    first, second = Client(), Client()
    first.force_login(ada)
    second.force_login(ada)
    make_ticket(assignee=ada)
    assert first.post("/logout/").headers["Location"] == "/login/#signed-out", "nobody leaves, so nothing is asked"
    assert says(ada) == "online"
    assert second.post("/logout/").status_code == 200, "the last one: what about her open work?"
    assert second.post("/logout/", {"decision": "go"}).status_code == 302
    assert says(ada) == "offline"


def test_a_session_that_ended_of_somebody_else_or_with_an_old_password_does_not_keep_her_online(ada, ben):
    for_ben, old, stale, last = Client(), Client(), Client(), Client()
    for_ben.force_login(ben)
    old.force_login(ada)
    Session.objects.filter(pk=old.session.session_key).update(expire_date=now())
    stale.force_login(ada)
    ada.set_password(cast.PASSWORD)
    ada.save()
    last.force_login(ada)
    last.post("/logout/")
    assert says(ada) == "offline"


def says(agent) -> str:
    return SupportAvailability.objects.get(user=agent).says
