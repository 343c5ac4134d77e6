"""Every address and method of the API × every role × own and foreign work, in one table.

The ticket is Cleo's, about an order that Wim writes, with a dispute; Ada has both. Pat is another client, Ben serves
the same website, Zoe another one. A route without a row fails the last test.
"""

import pytest
from django.db import transaction
from django.test import Client

from support_management.api.urls import urlpatterns
from support_management.models import (
    BusinessCalendar,
    IdempotencyKey,
    OrderDisputeSLA,
    Specialization,
    SupportNotification,
    SupportOrderManagement,
    SupportProfile,
    Ticket,
    User,
)
from support_management.people import api_tokens
from support_management.sla import policy_editing
from tests import cast
from tests.factories import hold, make_dispute, make_money_effect, make_order, make_payment_issue, make_ticket

PEOPLE = ["nobody", "cleo", "pat", "wim", "eda", "ada", "ben", "zoe", "lea", "ira"]
OPEN_TO_ALL = "200 200 200 200 200 200 200 200 200 200"
LISTS = "401 200 200 200 403 200 200 200 200 200"
DESK = "401 403 403 403 403 200 200 200 200 200"
HERS = "401 403 403 403 403 200 404 404 200 200"
READ = "401 403 403 403 403 200 200 404 200 200"
"""A ticket of Ada's: Ben of the same website reads it and leaves notes."""
CHANGE = "401 403 403 403 403 200 403 404 200 200"
ONLY_ADAS = "401 403 403 403 403 200 404 404 404 404"
AGENTS = "401 403 403 403 403 200 200 200 200 404"
NORTH = "401 403 403 403 403 200 200 404 200 200"
"""An order of North: every agent of the website acts on it."""
LEADS = "401 403 403 403 403 403 403 403 200 200"
NOBODY = "401 403 403 403 403 403 403 403 403 403"
"""For shops, which are no person: `tests/contract/test_money_effects.py`."""
ADMINS = "401 403 403 403 403 403 403 403 403 200"

TABLE = {
    # ------------------------------------ nobody cleo pat wim eda ada ben zoe lea ira
    ("get", "tickets/"): LISTS,
    ("post", "tickets/", "subject body"): "401 201 201 201 403 201 201 201 201 201",
    ("post", "tickets/", "subject body order"): "401 201 404 201 403 201 201 404 201 201",
    ("post", "tickets/", "subject body requester"): "401 400 400 400 403 201 201 201 201 201",
    ("get", "tickets/{ticket}/"): "401 200 404 404 403 200 200 404 200 200",
    ("get", "tickets/{free}/"): "401 200 404 404 403 200 200 404 200 200",
    ("get", "tickets/{absent}/"): "401 404 404 404 403 404 404 404 404 404",
    ("post", "tickets/{ticket}/claim/"): "401 403 403 403 403 200 409 404 409 403",
    ("post", "tickets/{free}/claim/"): "401 403 403 403 403 200 200 404 200 403",
    ("post", "tickets/{absent}/claim/"): "401 403 403 403 403 404 404 404 404 404",
    ("post", "tickets/{ticket}/release/"): CHANGE,
    ("post", "tickets/{ticket}/assign/", "assignee"): CHANGE,
    ("post", "tickets/{free}/assign/", "assignee"): "401 403 403 403 403 403 200 404 200 200",
    ("post", "tickets/{ticket}/reply/", "body"): "401 200 404 404 403 200 403 404 200 200",
    ("post", "tickets/{ticket}/note/", "body"): READ,
    ("post", "tickets/{ticket}/status/", "status"): CHANGE,
    ("post", "tickets/{free}/status/", "status"): "401 403 403 403 403 200 200 404 200 200",
    ("post", "tickets/{ticket}/priority/", "priority"): CHANGE,
    ("post", "tickets/{ticket}/type/", "type"): CHANGE,
    ("post", "tickets/{ticket}/tags/", "tags"): CHANGE,
    ("get", "tickets/{ticket}/messages/"): "401 200 404 404 403 200 200 404 200 200",
    ("post", "tickets/take-next/"): "401 403 403 403 403 200 200 409 200 403",
    ("get", "tickets/{ticket}/effect/"): READ,
    ("get", "tickets/{ticket}/decisions/"): READ,
    ("get", "tickets/{absent}/decisions/"): DESK.replace("200", "404"),
    ("get", "orders/"): LISTS,
    ("get", "orders/{order}/"): "401 200 404 200 403 200 200 404 200 200",
    ("post", "orders/{order}/status/", "order_status"): "401 403 403 403 403 200 200 404 200 200",
    ("get", "money-effects/"): DESK,
    ("get", "money-effects/{effect}/"): READ,
    ("get", "money-effects/{absent}/"): DESK.replace("200", "404"),
    ("post", "money-effects/{effect}/sent/"): NOBODY,
    ("post", "money-effects/{effect}/confirm/", "external_id"): NOBODY,
    ("post", "money-effects/{effect}/fail/", "why"): NOBODY,
    **{
        ("post", f"orders/{{order}}/{verb}/", "why"): NORTH.replace("200", status)
        for verb, status in (
            ("hold", "200"),
            ("cancel", "200"),
            ("restrict_files", "200"),
            ("enable_files", "409"),
            ("release", "409"),
            ("restore_to_progress", "409"),
            ("close_dispute_client", "409"),
            ("close_dispute_writer", "409"),
        )
    },
    ("post", "orders/{order}/move_deadline/", "why deadline"): NORTH,
    ("get", "order-management/"): DESK,
    ("post", "order-management/", "order act why"): NORTH.replace("200", "201"),
    ("get", "order-management/{order_action}/"): NORTH,
    ("post", "order-management/{order_action}/restore_to_progress/"): NORTH,
    ("post", "order-management/{order_action}/undo/"): "401 403 403 403 403 200 403 404 403 403",
    ("get", "payment-issues/"): DESK,
    ("post", "payment-issues/", "order issue"): NORTH.replace("200", "201"),
    ("get", "payment-issues/totals/"): DESK,
    ("get", "payment-issues/{issue}/"): NORTH,
    ("patch", "payment-issues/{issue}/", "priority"): CHANGE,
    ("post", "payment-issues/{issue}/assign/", "nobody"): CHANGE,
    ("post", "payment-issues/{issue}/escalate_issue/", "why"): CHANGE,
    ("post", "payment-issues/{issue}/resolve/", "notes"): CHANGE,
    ("get", "payment-issues/{issue}/steps/"): NORTH,
    ("post", "payment-issues/{issue}/steps/", "contact"): CHANGE.replace("200", "201"),
    ("get", "disputes/"): LISTS,
    ("post", "disputes/", "order reason"): "401 201 404 201 403 201 201 404 201 201",
    ("get", "disputes/{dispute}/"): "401 200 404 200 403 200 404 404 200 200",
    ("post", "disputes/{dispute}/assign/", "nobody"): HERS,
    ("post", "disputes/{dispute}/advance/", "step"): HERS,
    ("post", "disputes/{dispute}/resolve/", "outcome notes"): HERS,
    ("get", "disputes/{dispute}/decisions/"): HERS,
    ("get", "routing/preview/", "which"): READ,
    ("get", "reassignments/"): DESK,
    ("get", "support-profiles/"): DESK,
    ("get", "support-profiles/{profile}/"): HERS,
    ("get", "availability/"): DESK,
    ("get", "availability/me/"): AGENTS,
    ("put", "availability/me/", "break"): AGENTS,
    ("get", "availability/me/history/"): AGENTS,
    ("get", "availability/{agent}/"): HERS,
    ("put", "availability/{agent}/", "break"): HERS,
    ("put", "availability/{agent}/", "paused"): "401 403 403 403 403 403 404 404 200 200",
    ("get", "availability/{agent}/history/"): HERS,
    ("get", "availability/{absent}/"): DESK.replace("200", "404"),
    ("patch", "support-profiles/{profile}/", "seat"): ADMINS,
    ("patch", "support-profiles/{absent}/", "seat"): ADMINS.replace("200", "404"),
    ("get", "workload-tracker/"): DESK,
    ("get", "workload-tracker/{load}/"): HERS,
    ("get", "specializations/"): DESK,
    ("post", "specializations/", "skill"): ADMINS.replace("200", "201"),
    ("get", "specializations/{skill}/"): DESK,
    ("get", "specializations/{absent}/"): DESK.replace("200", "404"),
    ("put", "specializations/{skill}/", "skill"): ADMINS,
    ("patch", "specializations/{skill}/", "renamed"): ADMINS,
    ("patch", "specializations/{absent}/", "renamed"): ADMINS.replace("200", "404"),
    ("delete", "specializations/{skill}/"): ADMINS.replace("200", "204"),
    ("get", "notifications/"): DESK,
    ("post", "notifications/mark_as_read/"): DESK,
    ("get", "notifications/{notification}/"): ONLY_ADAS,
    ("post", "notifications/{notification}/mark_as_read/"): ONLY_ADAS,
    ("get", "dashboard/"): DESK,
    ("get", "dashboard/tickets/"): DESK,
    ("get", "dashboard/queue/"): DESK,
    ("get", "dashboard/orders/"): DESK,
    ("get", "dashboard/workload/"): DESK,
    ("get", "dashboard/sla/breaches/"): DESK,
    ("post", "dashboard/refresh_dashboard/"): DESK,
    ("get", "dashboard/analytics/sla/"): DESK,
    ("get", "business-calendars/"): LEADS,
    ("post", "business-calendars/", "calendar"): ADMINS.replace("200", "201"),
    ("get", "business-calendars/{calendar}/"): LEADS,
    ("get", "business-calendars/{absent}/"): LEADS.replace("200", "404"),
    ("get", "business-calendars/{calendar}/preview/", "asked"): LEADS,
    ("put", "business-calendars/{calendar}/", "calendar"): ADMINS,
    ("patch", "business-calendars/{calendar}/", "renamed"): ADMINS,
    ("patch", "business-calendars/{absent}/", "renamed"): ADMINS.replace("200", "404"),
    ("delete", "business-calendars/{calendar}/"): ADMINS.replace("200", "204"),
    ("get", "sla/policies/"): LEADS,
    ("post", "sla/policies/", "policy"): ADMINS.replace("200", "201"),
    ("get", "sla/policies/match/", "which"): LEADS,
    ("get", "sla/policies/{policy}/"): LEADS,
    ("get", "sla/policies/{absent}/"): LEADS.replace("200", "404"),
    ("put", "sla/policies/{policy}/", "policy on"): ADMINS,
    ("patch", "sla/policies/{policy}/", "renamed"): ADMINS,
    ("patch", "sla/policies/{absent}/", "renamed"): ADMINS.replace("200", "404"),
    ("delete", "sla/policies/{policy}/"): ADMINS.replace("200", "204"),
    ("delete", "sla/policies/{absent}/"): ADMINS.replace("200", "404"),
    ("get", "sla/clocks/"): DESK,
    ("get", "sla/clocks/{clock}/"): READ,
    ("get", "sla/clocks/{absent}/"): DESK.replace("200", "404"),
    ("get", "sla/clocks/{clock}/history/"): READ,
    ("post", "sla/clocks/{clock}/extend/", "more"): "401 403 403 403 403 403 403 404 200 200",
    ("post", "sla/clocks/{absent}/extend/", "more"): DESK.replace("200", "404"),
    ("get", "search/"): DESK,
    ("get", "schema/"): OPEN_TO_ALL,
    ("get", "swagger/"): OPEN_TO_ALL,
    ("get", "redoc/"): OPEN_TO_ALL,
}

PROMISED = [{"metric": "resolution", "minutes": 60}]
PARTIES_TOO = ("tickets/", "tickets/{ticket}/reply/", "disputes/")
"""POST routes that clients and writers reach."""


def _key_reused(path: str) -> str:
    # -------------- nobody cleo pat wim eda ada ben zoe lea ira
    if path in PARTIES_TOO:
        return "401 422 422 422 403 422 422 422 422 422"
    if path.startswith("money-effects/"):
        return NOBODY
    if path.startswith(("business-calendars/", "sla/policies/", "specializations/")):
        return "401 403 403 403 403 403 403 403 403 422"
    return "401 403 403 403 403 422 422 422 422 422"


REUSED = {row[1:]: _key_reused(row[1]) for row in TABLE if row[0] == "post"}
"""A key that the person used for something else: the same answer, without any work, for own, foreign and missing."""


pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def desk(shared_db):
    """Everybody, and what they work on."""
    ada, ben, zoe = cast.ada_of_north(), cast.ben_of_north(), cast.zoe_of_south()
    lea, ira, eda = cast.lea_who_leads(), cast.ira_who_runs_it(), cast.person("eda", "editor")
    cleo, wim = cast.cleo_of_north(), cast.wim_of_north()
    people = {user.username: user for user in (ada, ben, zoe, lea, ira, cleo, wim, eda)}
    people |= {"nobody": None, "pat": cast.person("pat", "client")}
    disputed, plain = make_order(), make_order()
    things = {
        "order": plain.pk,
        "order_action": SupportOrderManagement.objects.get(order=hold(make_order(), by=ada)).pk,
        "ticket": make_ticket(order=disputed, assignee=ada).pk,
        "free": make_ticket().pk,
        "effect": make_money_effect(plain, by=lea).pk,
        "dispute": make_dispute(order=disputed, assignee=ada).pk,
        "issue": make_payment_issue(by=ada).pk,
        "agent": ada.pk,
        "profile": ada.support_profile.pk,
        "load": ada.workload.pk,
        "skill": Specialization.objects.create(slug="french", name="French").pk,
        "calendar": BusinessCalendar.objects.get(name="Office hours").pk,
        "policy": policy_editing.create(by=ira, values=policy_editing.PolicyValues(name="Bonn", targets=PROMISED)).pk,
        "notification": SupportNotification.objects.filter(recipient=ada).first().pk,
        "absent": 10**9,
    }
    things["clock"] = OrderDisputeSLA.objects.get(ticket=things["ticket"], metric="resolution").pk
    return people, things


def facts_for(words: str, things: dict) -> dict:
    known = {
        "subject": {"subject": "Hello"},
        "body": {"body": "Hello"},
        "order": {"order": things["order"]},
        "requester": {"requester": "new@mail.example"},
        "assignee": {"assignee": "ben", "reason": "Knows the client"},
        "nobody": {"assignee": None},
        "status": {"status": "pending"},
        "priority": {"priority": "urgent"},
        "type": {"type": "payment"},
        "tags": {"tags": ["vip"]},
        "order_status": {"status": "submitted"},
        "why": {"reason": "The bank asked for it"},
        "act": {"action": "hold"},
        "deadline": {"deadline": "2090-01-01T12:00:00Z"},
        "reason": {"reason": "late"},
        "issue": {"issue_type": "refund_request"},
        "contact": {"kind": "contact", "outcome": "reached"},
        "step": {"status": "under_review"},
        "outcome": {"outcome": "withdrawn"},
        "notes": {"notes": "Settled."},
        "calendar": {"name": "Berlin", "time_zone": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]]}},
        "renamed": {"name": "Bonn"},
        "seat": {"capacity": 9},
        "skill": {"slug": "spanish", "name": "Spanish"},
        "policy": {"name": "Berlin", "targets": PROMISED},
        "on": {"calendar": things["calendar"]},
        "which": {"ticket": str(things["ticket"])},
        "more": {"minutes": 30, "reason": "On strike"},
        "break": {"status": "break"},
        "paused": {"paused": True},
        "external_id": {"external_id": "re_1"},
        "asked": {"start": "2026-03-27T10:00:00Z", "minutes": "480"},
    }
    return {name: value for word in words.split() for name, value in known[word].items()}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: " ".join(row))
def test_each_person_gets_what_the_table_says(row, desk, api):
    people, things = desk
    method, path, words = (*row, "")[:3]
    got = []
    for name in PEOPLE:
        with transaction.atomic():
            program = api(people[name])
            response = program.call(method, path.format(**things), **facts_for(words, things))
            transaction.set_rollback(True)
        got.append(str(response.status_code))
        assert response.status_code < 400 or response["Content-Type"] == "application/problem+json"
    assert dict(zip(PEOPLE, got, strict=True)) == dict(zip(PEOPLE, TABLE[row].split(), strict=True))


def test_who_may_not_changes_nothing(desk, api):
    people, things = desk
    before = list(Ticket.objects.order_by("pk").values())
    for row, statuses in TABLE.items():
        method, path, words = (*row, "")[:3]
        for name, status in zip(PEOPLE, statuses.split(), strict=True):
            if method == "post" and int(status) >= 400:
                api(people[name]).post(path.format(**things), **facts_for(words, things))
    assert list(Ticket.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("row", REUSED, ids=" ".join)
def test_a_key_used_before_tells_nothing_of_the_work(row, exists, desk, api):
    people, things = desk
    path, words = (*row, "")[:2]
    places = things if exists else dict.fromkeys(things, things["absent"])
    for name, status in zip(PEOPLE, REUSED[row].split(), strict=True):
        if people[name]:
            IdempotencyKey.objects.create(user=people[name], key="used", request_hash="another", status=200)
        response = api(people[name]).post(path.format(**places), key="used", **facts_for(words, things))
        assert str(response.status_code) == status, f"{name}: {response.content!r}"
        assert set(response.json()) == {"type", "title", "status", "detail", "code"}


def test_every_route_and_method_has_a_row():
    table = {(row[0], row[1]) for row in TABLE}
    table = {(method, path.replace("{free}", "{ticket}")) for method, path in table if "{absent}" not in path}
    things = {"tickets": "ticket", "orders": "order", "order-management": "order_action",
              "money-effects": "effect", "disputes": "dispute", "payment-issues": "issue",
              "support-profiles": "profile",
              "notifications": "notification", "business-calendars": "calendar", "sla/policies": "policy",
              "sla/clocks": "clock", "workload-tracker": "load", "specializations": "skill",
              "availability": "agent"}  # fmt: skip
    for pattern in urlpatterns:
        path = str(pattern.pattern)
        thing = next((word for start, word in things.items() if path.startswith(f"{start}/")), "")
        path = path.replace("<int:pk>", "{" + thing + "}")
        for method in {*getattr(pattern.callback, "actions", {"get": ""})} - {"head"}:
            assert (method, path) in table, f"{method} {path} needs a row in the table"


ALL_THE_SAME = ("notifications/mark_as_read/", "notifications/{notification}/mark_as_read/")
"""What suspended agents may send: it is about nothing but what they have read."""


@pytest.mark.parametrize("row", TABLE, ids=" ".join)
def test_suspended_agents_read_what_they_read_before_and_change_nothing(row, desk, api):
    people, things = desk
    method, path, words = (*row, "")[:3]
    for name in ("ada", "lea"):
        with transaction.atomic():
            person = people[name]
            SupportProfile.objects.filter(user=person).update(status="suspended")
            program = api(User.objects.get(pk=person.pk))
            response = program.call(method, path.format(**things), **facts_for(words, things))
            transaction.set_rollback(True)
        if method == "get" or path in ALL_THE_SAME:
            assert str(response.status_code) == dict(zip(PEOPLE, TABLE[row].split(), strict=True))[name]
        else:
            assert response.status_code == 403, name
            assert response.json()["code"] in ("suspended", "leads_only", "admins_only", "shop_only"), name


def test_so_do_their_tokens(desk, api):
    people, things = desk
    with transaction.atomic():
        token = api_tokens.issue(user=people["ada"])
        SupportProfile.objects.filter(user=people["ada"]).update(status="suspended")
        line = {"Authorization": f"Bearer {token}"}
        address = f"/api/v1/support-management/tickets/{things['ticket']}/"
        client = Client()
        assert client.get(address, headers=line).status_code == 200
        answer = client.post(f"{address}note/", {"body": "Hello"}, content_type="application/json", headers=line)
        assert (answer.status_code, answer.json()["code"]) == (403, "suspended")
        assert "You are suspended" in answer.json()["detail"]
        transaction.set_rollback(True)
