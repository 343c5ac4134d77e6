"""A user name and an email address have one form, whichever way they come in."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from support_management.people import identity, lookup
from support_management.people.models import User
from support_management.tickets import ownership
from tests.admin.conftest import page_of
from tests.cast import person
from tests.factories import make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db
REFUSED = ("a/b", "a\uff0fb", "a\\b", ".", "..", "\u2024", "\u2025", "a\nb", "a\rb", "a\x00b", "a\u2028b", "a\x1b[1m")
REFUSED += ("agent1\u200b", "\u202eada", "agent\u00ad1", "agent1\ufe0f", "agent1\u3164", "agent1\U000e0041", "")
REFUSED += ("\ue000", "agent1\u034f", "\u2800", "\ufdd0", "x" * 151, "\ufdfa" * 20)


def created(name: str) -> None:
    User.objects.create_user(name, "new@desk.example", "a long enough sentence", name="New")


def saved(name: str) -> None:
    user = User.objects.get(username="ada")
    user.username = name
    user.save(update_fields=["username"])


def updated(name: str) -> None:
    User.objects.filter(username="ada").update(username=name)


def inserted(name: str) -> None:
    User.objects.bulk_create([User(username=name, name="New", password="!")])


def rewritten(name: str) -> None:
    user = User.objects.get(username="ada")
    user.username = name
    User.objects.bulk_update([user], ["username"])


DOORS = (created, saved, updated, inserted, rewritten)


@pytest.mark.parametrize("write", DOORS)
def test_every_write_refuses_what_is_no_name(ada, write):
    for name in REFUSED:
        with pytest.raises(ValidationError), transaction.atomic():
            write(name)
    assert list(User.objects.values_list("username", flat=True)) == ["ada"]


@pytest.mark.parametrize("write", DOORS)
def test_every_write_stores_one_form(ada, write):
    write("\uff2eora\u00a0 \u212bngstr\u00f6m ")
    assert User.objects.filter(username="Nora \u00c5ngstr\u00f6m").count() == 1


@pytest.mark.parametrize("write", DOORS)
def test_two_people_do_not_differ_in_case_only(ada, ben, write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write("BEN")


def test_the_object_has_the_form_that_is_stored(db):
    user = User(username="\uff21nn", name="Ann", email="ANN@Desk.Example\u200b")
    user.save()
    assert (user.username, user.email) == ("Ann", "ann@desk.example")


def test_createsuperuser_refuses_in_a_sentence(ada):
    facts = {"interactive": False, "name": "Sec", "verbosity": 0}
    for name in ("a/b", "agent1\u200b", "ADA", ada.email):
        with pytest.raises(CommandError):
            call_command("createsuperuser", username=name, email="sec@desk.example", **facts)
    call_command("createsuperuser", username="sec", email="SEC@desk.example\u200b", **facts)
    assert User.objects.get(username="sec").email == "sec@desk.example"


def test_the_administration_refuses_in_a_sentence(client, ira, ada):
    client.force_login(ira)
    facts = {"name": "Nora", "email": "", "role": "support", "usable_password": "false"}
    edit = {"name": "Ada", "email": ada.email, "role": "support", "time_zone": "UTC", "is_active": "on"}
    for name in ("a/b", "..", "agent1\u200b", "ADA", "IRA", ira.email):
        assert client.post(page_of(User, "add"), facts | {"username": name}).status_code == 200
        if name != "ADA":
            assert client.post(page_of(User, "change", ada.pk), edit | {"username": name}).status_code == 200
    assert set(User.objects.values_list("username", flat=True)) == {"ira", "ada"}


def test_a_customer_whose_address_is_no_name_gets_another_name(ada):
    customer = lookup.requester(who="a/b@shop.example", by=ada)
    assert customer.email == "a/b@shop.example"
    assert customer.username.startswith("client-")


@pytest.mark.parametrize(
    "spelling",
    [
        "ana@shop.example\u200b",
        "\ufeffAna@Shop.example",
        "a\u00adna@shop.example",
        "ana@shop\u3002example",
        "ana@\uff33hop.example",
        " ana@shop.example\u2060 ",
    ],
)
def test_one_address_is_one_customer_however_it_is_written(ada, spelling):
    ana = lookup.requester(who="ana@shop.example", by=ada)
    assert lookup.requester(who=spelling, by=ada) == ana
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="another", name="Another", email=spelling)


def test_an_international_host_is_one_however_it_is_written(ada):
    ana = lookup.requester(who="ana@b\u00fccher.example", by=ada)
    assert lookup.requester(who="ana@xn--bcher-kva.example", by=ada) == ana


@pytest.mark.parametrize("text", ["x" * 5000, "\u0315\u0327" * 300, "a@" + "x" * 300, "@", "a@..", "\ud800@x.y", ""])
def test_any_text_has_an_address_form_and_a_mended_name(text):
    assert identity.email_address(text) == identity.email_address(identity.email_address(text))
    assert identity.is_username(identity.mended_username(text))


class TestNamesThatACallerMayNotKnow:
    def test_a_refused_assignment_names_nobody_to_an_agent(self, ada, zoe, cleo):
        ticket = make_ticket(assignee=ada)
        gone = person("gus", "support", "Gus Gone")
        gone.support_profile.status = "suspended"
        gone.support_profile.save()
        codes = {person("sec", "superadmin", "Sec Super"): "not_an_agent", cleo: "not_an_agent"}
        codes |= {person("eda", "editor"): "not_an_agent", zoe: "not_served", gone: "not_active"}
        for other, code in codes.items():
            with refused(code) as refusal:
                ownership.assign(ticket=ticket.pk, to=other, by=ada, reason="on leave")
            said = json.dumps([refusal.value.text, refusal.value.extra])
            assert not any(word in said for word in str(other).split()), said

    def test_an_agent_opens_no_ticket_for_an_admin_by_id(self, ada, lea, ira, cleo):
        with refused("unknown_requester", field="requester"):
            lookup.requester(who=ira.pk, by=ada)
        assert lookup.requester(who=cleo.pk, by=ada) == cleo
        assert lookup.requester(who=ira.pk, by=lea) == ira
