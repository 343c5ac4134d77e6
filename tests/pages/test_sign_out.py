"""Going out at /logout/."""

from django.contrib.sessions.models import Session
from django.test import Client

from support_management.events.models import DomainEvent


def test_ada_signs_out_and_her_session_is_gone(client, ada):
    client.force_login(ada)
    key = client.session.session_key
    assert Session.objects.filter(pk=key).exists()
    assert client.post("/logout/").headers["Location"] == "/login/"
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
    assert client.post("/admin/logout/").headers["Location"] == "/login/"
