"""Every address of the console × who may come in, in one table. A route without a row fails the last test.

Ada has a ticket and a dispute of North; Zoe serves another website, Cleo is the client. `in` is every answer that is
neither the way to the sign-in page nor a refusal to see.
"""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from console.urls import urlpatterns
from support_management.core.time import now
from support_management.models import BusinessCalendar, PlannedAbsence, SupportNotification, SupportProfile
from support_management.people import api_tokens
from tests.factories import make_dispute, make_order, make_payment_issue, make_ticket

PEOPLE = ("nobody", "cleo", "ada", "zoe", "lea")
SIGNED_IN = {"nobody": "sign in", "cleo": "in"}
DESK = {"nobody": "sign in", "cleo": "no", "ada": "in"}
LEADS = {"nobody": "sign in", "cleo": "no", "ada": "no", "lea": "in"}
HERS = {"nobody": "sign in", "cleo": "no", "zoe": "hidden", "ada": "in"}

TABLE = {
    ("get", ""): DESK,
    ("get", "password/"): SIGNED_IN,
    ("get", "tokens/"): SIGNED_IN,
    ("post", "tokens/{token}/revoke/"): SIGNED_IN | {"cleo": "hidden", "lea": "hidden", "ada": "in"},
    ("get", "preferences/"): DESK,
    ("post", "theme/"): SIGNED_IN,
    ("post", "updates/"): DESK,
    ("get", "owners/"): DESK,
    ("get", "find/?number={ticket}"): HERS,
    ("get", "search/?q={ticket}"): DESK,
    ("get", "tickets/"): DESK,
    ("get", "people/{client_id}/"): HERS,
    ("get", "queue/"): DESK,
    ("post", "queue/take-next/"): DESK,
    ("get", "queue/lanes/mine/"): DESK,
    ("get", "tickets/{ticket}/"): HERS,
    ("get", "tickets/{ticket}/effect/"): HERS,
    ("post", "tickets/{ticket}/read/"): HERS,
    **{
        ("post", f"tickets/{{ticket}}/{verb}/"): HERS
        for verb in ("claim", "assign", "reply", "note", "status", "priority", "type", "tags", "dispute", "release")
    },
    ("get", "messages/{message}/"): HERS,
    ("get", "disputes/"): DESK,
    ("get", "disputes/columns/open/"): DESK,
    **{("post", f"disputes/{{dispute}}/{verb}/"): HERS for verb in ("assign", "advance", "resolve")},
    ("get", "orders/"): DESK,
    ("get", "orders/rows/all/"): DESK,
    ("get", "orders/{order}/"): HERS,
    ("post", "orders/{order}/hold/"): HERS,
    ("post", "orders/undo/"): DESK,
    ("get", "payments/"): DESK,
    ("get", "payments/rows/open/"): DESK,
    ("get", "payments/log/?order={order}"): HERS,
    ("get", "payments/{issue}/"): HERS,
    ("post", "payments/{issue}/resolve/"): HERS,
    ("get", "dashboard/"): DESK,
    ("post", "dashboard/refresh/"): DESK,
    ("get", "availability/"): DESK,
    ("get", "availability/{agent_id}/"): HERS,
    ("get", "availability/{agent}/"): HERS,
    ("post", "availability/{agent_id}/say/"): HERS,
    ("post", "availability/{agent_id}/pause/"): LEADS,
    ("post", "availability/{agent_id}/absences/"): HERS,
    ("post", "availability/{agent_id}/absences/{absence}/withdraw/"): HERS,
    ("get", "sla/"): LEADS,
    ("post", "sla/act/"): LEADS,
    ("get", "sla/lists/next/all/"): LEADS,
    ("get", "sla/clocks/ticket/{ticket_id}/"): HERS,
    ("get", "sla/calendars/"): LEADS,
    ("get", "sla/calendars/{calendar}/"): LEADS,
    ("get", "sla/policies/"): LEADS,
    ("get", "sla/compliance/"): LEADS,
    ("get", "sla/reports/"): LEADS,
    ("get", "sla/reports/week/2026-11-02/"): LEADS | {"lea": "hidden"},
    ("get", "workload/"): LEADS,
    ("get", "workload/agents/{agent_id}/"): LEADS,
    ("get", "workload/agents/{agent_id}/held/"): LEADS,
    ("get", "workload/why/{ticket}/"): LEADS,
    ("post", "workload/move/"): LEADS,
    ("post", "workload/undo/"): LEADS,
    ("get", "workload/rules/"): LEADS,
    ("get", "workload/moves/"): LEADS,
    ("get", "notifications/"): DESK,
    ("get", "notifications/rows/"): DESK,
    ("get", "notifications/panel/"): DESK,
    ("post", "notifications/seen/"): DESK,
    ("post", "notifications/read/"): DESK,
    ("get", "notifications/{notice}/"): HERS,
    ("post", "notifications/{notice}/read/"): HERS,
    ("get", "preferences/notices/"): DESK,
}
SCRIPTED = {"get": {}, "post": {"HX-Request": "true"}}
"""To a form without scripts a refusal is a way back with a sentence; scripts read its status."""
OPEN = {"login/", "logout/", "healthz", "readyz", "api/v1/support-management/", "admin/"}
OPEN |= {"admin/login/", "admin/logout/", "admin/password_change/"}
"""Without a row: the way in and out, health, and what has a table or tests of its own."""


@pytest.fixture
def places(ada, cleo) -> dict:
    ticket = make_ticket(order=make_order(), assignee=ada)
    absence = PlannedAbsence.objects.create(
        user=ada, begins_at=now().replace(year=2090), ends_at=now().replace(year=2091)
    )
    api_tokens.issue(user=ada)
    return {
        "token": ada.api_tokens.get().pk,
        "ticket": ticket.number,
        "order": ticket.order_id,
        "ticket_id": ticket.pk,
        "message": ticket.messages.first().pk,
        "dispute": make_dispute(assignee=ada).pk,
        "issue": make_payment_issue(order=ticket.order, by=ada).pk,
        "client_id": cleo.pk,
        "agent": ada.username,
        "agent_id": ada.pk,
        "absence": absence.pk,
        "calendar": BusinessCalendar.objects.first().pk,
        "notice": SupportNotification.objects.create(recipient=ada, kind="asked", text="Look", link="/queue/").pk,
    }


def outcome(answer) -> str:
    if answer.headers.get("Location", answer.headers.get("HX-Redirect", "")).startswith("/login/"):
        return "sign in"
    return {403: "no", 404: "hidden", 405: "another method", 500: "broken"}.get(answer.status_code, "in")


def test_who_may_come_in(places, cleo, ada, zoe, lea):
    browsers = {name: Client(raise_request_exception=False) for name in PEOPLE}
    for person in (cleo, ada, zoe, lea):
        browsers[person.username].force_login(person)
    wrong = {}
    for (method, path), allowed in TABLE.items():
        for name, expected in allowed.items():
            found = outcome(getattr(browsers[name], method)("/" + path.format(**places), headers=SCRIPTED[method]))
            if found != expected:
                wrong[f"{method} {path} {name}"] = found
    assert wrong == {}


OF_THEIR_OWN = {
    "tokens/{token}/revoke/",
    "theme/",
    "updates/",
    "tickets/{ticket}/read/",
    "notifications/seen/",
    "notifications/read/",
    "notifications/{notice}/read/",
}
"""What suspended agents may send: it is about nothing but themselves."""


def test_suspended_agents_read_what_they_read_before_and_change_nothing(places, ada, lea):
    SupportProfile.objects.filter(user__in=[ada, lea]).update(status="suspended")
    browsers = {person: Client(raise_request_exception=False) for person in (ada, lea)}
    wrong = {}
    for person, browser in browsers.items():
        browser.force_login(person)
        for (method, path), allowed in TABLE.items():
            if path in OF_THEIR_OWN or (method == "get" and person == lea):
                continue
            answer = getattr(browser, method)("/" + path.format(**places), headers=SCRIPTED[method])
            if outcome(answer) != ("no" if method == "post" else allowed.get("ada", "in")):
                wrong[f"{method} {path} {person}"] = outcome(answer)
    assert wrong == {}
    assert browsers[lea].get("/queue/").text.count("You are suspended") == 1
    answer = browsers[ada].post(f"/tickets/{places['ticket']}/note/", headers=SCRIPTED["post"])
    assert "You are suspended" in answer.headers["HX-Trigger"]


def test_what_is_about_nothing_but_themselves_stays_open_to_them(places, ada):
    SupportProfile.objects.filter(user=ada).update(status="suspended")
    browser = Client(raise_request_exception=False)
    browser.force_login(ada)
    answers = [browser.post("/" + path.format(**places), headers=SCRIPTED["post"]) for path in OF_THEIR_OWN]
    assert [outcome(answer) for answer in answers] == ["in"] * len(OF_THEIR_OWN)
    assert browser.post("/logout/").status_code == 302


def test_every_form_that_suspended_agents_may_send_is_listed():
    shapes = {path.format_map(_Any()) for path in OF_THEIR_OWN} | {"preferences/", "preferences/notices/"}
    opened = {str(one.pattern) for one in urlpatterns if getattr(one, "callback", None) and _is_open(one.callback)}
    assert {re.sub(r"<[^>]+>", "x", route) for route in opened} == shapes


def _is_open(view) -> bool:
    return getattr(view, "open_to_suspended", False)


def routes(patterns) -> list[str]:
    return [str(pattern.pattern) for pattern in patterns if isinstance(pattern, URLPattern | URLResolver)]


def test_every_route_has_a_row():
    table = {path.partition("?")[0].format_map(_Any()) for _, path in TABLE}
    shapes = [
        (route, re.compile(re.sub(r"<[^>]+>", "[^/]+", re.escape(route).replace(r"\<", "<"))))
        for route in routes(urlpatterns)
    ]
    assert len(shapes) > 60
    missing = [route for route, shape in shapes if route not in OPEN and not any(map(shape.fullmatch, table))]
    assert missing == [], "Give the address a row in the table."


class _Any(dict):
    def __missing__(self, key):
        return "x"
