"""Who is meant by what is typed at the sign-in page, and by a desk whose names were mended."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import connection

from support_management.audit.models import SupportActionLog
from support_management.people.models import User
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db
upgrade = import_module("support_management.migrations.0020_user_names")


def who(typed: str) -> User | None:
    return authenticate(username=typed, password=PASSWORD)


ADA = ("ada", "ADA", " Ada ", "\uff21da", "ada\u200b", "ada@desk.example", "Ada@DESK.example")


@pytest.mark.parametrize("typed", ADA)
def test_ada_signs_in_by_name_in_either_case_or_by_address(ada, typed):
    assert who(typed) == ada


@pytest.mark.parametrize("name", ["\u00f6rjan", "\u00d6rjan", "\u00d6RJAN"])
def test_a_name_beyond_ascii_as_well(db, name):
    orjan = person(name, "support", email="")
    assert who("\u00d6RJAN") == who("o\u0308rjan") == who("\u00d6rjan") == orjan


@pytest.mark.parametrize("typed", ["", "nobody", "ada@", "@desk.example", "\x00", "ada\ud800@desk.example\udfff"])
def test_other_texts_are_nobody(ada, typed):
    assert authenticate(username=typed, password="wrong") is None
    assert who(typed) in (None, ada)


def test_an_address_that_two_people_share_signs_nobody_in(ada, ben):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_user_per_email")
    User.objects.filter(pk=ben.pk).update(email=ada.email)
    assert who(ada.email) is None
    assert who("ada") == ada


def test_an_address_that_is_somebody_elses_name_is_that_name(ada, ben):
    User.objects.filter(pk=ben.pk).update(username=ada.email)
    assert who(ada.email) == User.objects.get(pk=ben.pk)


def rename(user: User, name: str, email: str | None = None) -> None:
    """As a desk before the rule stored it."""
    with connection.cursor() as cursor:
        fields = [name, user.email if email is None else email, user.pk]
        cursor.execute("UPDATE support_management_user SET username = %s, email = %s WHERE id = %s", fields)


@pytest.fixture
def before():
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_user_per_name")


OLD = {"a/b": "a-b-2", "..": "user", "line\nbreak": "linebreak", "agent1\u200b": "agent1-2", "Agent1": "agent1-3"}
OLD |= {"\uff46ull": "full"}


def test_names_are_mended_and_everybody_signs_in_as_before(before):
    kept = [person(name, "support") for name in ("agent1", "a-b", "Nora Jones")]
    mended = {name: person(f"old{number}", "support") for number, name in enumerate(OLD)}
    for name, user in mended.items():
        rename(user, name)
    upgrade.mend_names(apps, None)
    assert [User.objects.get(pk=user.pk).username for user in kept] == [user.username for user in kept]
    for name, user in mended.items():
        row = User.objects.get(pk=user.pk)
        assert (row.username.lower(), row.former_username) == (OLD[name], name)
        assert who(name) == who(row.username) == row
        row.full_clean()
    lines = SupportActionLog.objects.filter(object_kind="user", verb="write", door="task")
    assert lines.get(object_id=mended["a/b"].pk).before == {"username": "a/b"}
    assert lines.count() == len(OLD)
    upgrade.mend_names(apps, None)
    assert lines.count() == len(OLD)


def test_an_address_belongs_to_whoever_has_it_in_its_form(db):
    spoof, owner = person("spoof", "client"), person("owner", "client", email="ana@shop.example")
    alone = person("alone", "client")
    rename(spoof, "spoof", "ana@shop.example\u200b")
    rename(alone, "alone", "x@xn--bcher-kva.example")
    upgrade.mend_addresses(apps, None)
    rows = User.objects.in_bulk([spoof.pk, owner.pk, alone.pk])
    assert [rows[user.pk].email for user in (owner, spoof, alone)] == ["ana@shop.example", "", "x@b\u00fccher.example"]
    line = SupportActionLog.objects.get(object_kind="user", object_id=spoof.pk, door="task")
    assert (line.before, line.after) == ({"email": "ana@shop.example\u200b"}, {"email": ""})
