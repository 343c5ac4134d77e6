"""A new password at /password/."""

import pytest
from django.test import Client

from support_management.audit.models import SupportActionLog
from tests.cast import PASSWORD

NEW = "quite another sentence"


@pytest.fixture
def here(ada):
    client = Client()
    client.force_login(ada)
    return client


def change(client, old=PASSWORD, new=NEW, again=NEW):
    return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": again})


def test_ada_changes_it_and_stays_signed_in_here(here, ada):
    answer = change(here)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Password changed." in here.get("/password/").text
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert SupportActionLog.objects.get(verb="password").actor == ada


def test_her_other_sessions_end(here, ada):
    elsewhere = Client()
    elsewhere.force_login(ada)
    assert elsewhere.get("/password/").status_code == 200
    change(here)
    assert elsewhere.get("/password/").headers["Location"] == "/login/?next=/password/"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"old": "wrong"}, "The current password is incorrect."),
        ({"again": "a third sentence"}, "The new passwords do not match."),
        ({"new": "short", "again": "short"}, "at least 10 characters"),
        ({"new": "password123", "again": "password123"}, "too common"),
        ({"new": "9071846352", "again": "9071846352"}, "not only digits or blanks"),
        ({"new": "Support-Console-1", "again": "Support-Console-1"}, "name of the product"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_changes(here, ada, facts, sentence):
    answer = change(here, **facts)
    assert answer.status_code == 200
    assert sentence in answer.text
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_a_client_may_change_theirs_too(client, cleo):
    client.force_login(cleo)
    assert client.get("/password/").status_code == 200


def test_admin_points_here(client, ira):
    client.force_login(ira)
    assert client.get("/admin/password_change/").headers["Location"] == "/password/"
