"""A write whose answer is lost: nobody is told what is not known, and the same form, sent again, acts once."""

from pathlib import Path

import pytest
from django.db import OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from console.views import workload
from support_management.core import outcome
from support_management.core.models import IdempotencyKey
from support_management.tickets import conversation
from support_management.tickets.models import Ticket, TicketMessage
from tests import html
from tests.api.program import Program, problem
from tests.factories import hold, make_dispute, make_order, make_payment_issue, make_ticket
from tests.pages.builders import Person, heard
from tests.pages.test_workload_moves import pick

NOT_KNOWN = "It is not known whether this was saved."
UNCHANGED = "Nothing was changed"
KEY = "2b1d6f3e-5a37-4a3e-9d3e-2f6d1c9e0a11"
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def replies(ticket) -> list[str]:
    return list(TicketMessage.objects.filter(ticket=ticket, kind="reply").values_list("body", flat=True))


@pytest.fixture
def lose_answer(monkeypatch):
    """The next COMMIT is carried out, or not with `commits=False`, and its answer does not arrive."""

    def lay(cause: Exception | None = None, *, commits: bool = True):
        commit = BaseDatabaseWrapper._commit

        def lost(line):
            monkeypatch.setattr(BaseDatabaseWrapper, "_commit", commit)
            if commits:
                commit(line)
            raise OperationalError("server closed the connection unexpectedly") from cause

        monkeypatch.setattr(BaseDatabaseWrapper, "_commit", lost)

    return lay


def database_error(**facts) -> Exception:
    error = Exception("said the database")
    vars(error).update(facts)
    return error


@pytest.mark.django_db(transaction=True)
class TestAtCommit:
    def test_the_page_is_told_and_the_same_key_writes_once(self, ada, lose_answer):
        ticket, facts = make_ticket(assignee=ada), {"body": "Hello", "kind": "reply", "key": KEY}
        person, address = Person(ada), f"/tickets/{ticket.number}/reply/"
        lose_answer()
        lost = person.post(address, version=ticket.version, **facts)
        assert (lost.status_code, lost.headers[outcome.HEADER]) == (503, outcome.UNKNOWN)
        assert heard(lost, "refused")["text"].startswith(NOT_KNOWN)
        assert UNCHANGED not in lost.text
        again = person.post(address, version=ticket.version + 1, **facts)
        assert (again.status_code, again.headers[outcome.HEADER]) == (204, outcome.YES)
        assert replies(ticket) == ["Hello"]
        other = person.post(address, version=ticket.version, **facts | {"body": "Hello again"})
        assert (other.status_code, other.headers[outcome.HEADER]) == (422, outcome.YES)
        assert heard(other, "refused")["text"] == "What you sent before was saved. Review it, then send again."
        assert replies(ticket) == ["Hello"]

    def test_without_a_script_the_page_sends_the_form_again(self, ada, lose_answer):
        ticket, body = make_ticket(assignee=ada), 'Two lines,\r\none "quoted" & <safe>'
        person, address = Person(ada, scripted=False), f"/tickets/{ticket.number}/reply/"
        lose_answer()
        lost = person.post(address, version=ticket.version, body=body, kind="reply", key=KEY)
        assert lost.status_code == 503
        assert NOT_KNOWN in lost.text
        [form] = html.parse(lost.text).all(lambda node: node.tag == "form")
        fields = {node["name"]: node["value"] for node in form.all(lambda node: node.tag == "input")}
        assert "action" not in form
        assert person.client.post(address, fields).status_code == 303
        assert replies(ticket) == [body.replace("\r\n", "\n")]

    def test_a_program_gets_a_code_of_its_own(self, ada, lose_answer):
        ticket, program = make_ticket(assignee=ada), Program(ada)
        lose_answer()
        facts = problem(program.post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Hello"), 503, "outcome_unknown")
        assert facts["detail"] == f"{NOT_KNOWN} Send it again with the same Idempotency-Key."
        again = program.post(f"tickets/{ticket.pk}/reply/", key=KEY, body="Hello")
        assert again.headers["Idempotent-Replayed"] == "true"
        assert replies(ticket) == ["Hello"]
        lose_answer()
        facts = problem(program.post(f"tickets/{ticket.pk}/note/", body="Hello"), 503, "outcome_unknown")
        assert "Check whether it is there" in facts["detail"]

    def test_an_admin_is_told_to_look_first(self, ira, lose_answer):
        client = Client()
        client.force_login(ira)
        lose_answer()
        lost = client.post("/admin/support_management/website/add/", {"name": "West", "domain": "west.example"})
        assert lost.status_code == 503
        assert f"{NOT_KNOWN} Check whether it is there before you send it again." in lost.text
        assert "<form" not in lost.text

    @pytest.mark.parametrize("facts", [{"sqlstate": "40001"}, {"sqlstate": "40P01"}, {"sqlite_errorcode": 5 | 1 << 8}])
    def test_a_database_that_says_it_undid_everything_is_believed(self, ada, lose_answer, facts):
        ticket, person = make_ticket(assignee=ada), Person(ada)
        lose_answer(database_error(**facts), commits=False)
        answer = person.post(f"/tickets/{ticket.number}/reply/", body="Hello", kind="reply")
        assert UNCHANGED in heard(answer, "refused")["text"]

    def test_a_page_that_fails_after_its_change_was_stored_does_not_deny_it(self, lea, ada, ben, monkeypatch):
        ticket = make_ticket(assignee=ada)

        def lost(*args, **facts):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(workload, "board_for", lost)
        answer = Person(lea, scripted=False).post("/workload/move/", pick=pick(ticket), to=ben.pk)
        assert answer.status_code == 503
        assert NOT_KNOWN in answer.text
        assert Ticket.objects.get(pk=ticket.pk).assignee == ben


@pytest.mark.django_db
class TestBeforeCommit:
    def test_a_connection_that_is_lost_in_the_middle_changed_nothing(self, ada, monkeypatch):
        def lost(**_):
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(conversation, "reply", lost)
        answer = Person(ada).post(f"/tickets/{make_ticket(assignee=ada).number}/reply/", body="Hello", kind="reply")
        assert (answer.status_code, answer.headers[outcome.HEADER]) == (503, outcome.NEVER)
        assert UNCHANGED in heard(answer, "refused")["text"]

    def test_what_was_refused_after_its_key_was_looked_up_was_never_stored(self, ada, ben):
        ticket = make_ticket(assignee=ada)
        answer = Person(ada).post(f"/tickets/{ticket.number}/reply/", body="", kind="reply")
        assert (answer.status_code, answer.headers[outcome.HEADER]) == (400, outcome.NEVER)
        answer = Person(ada).post("/tickets/T-999999/reply/", body="Hello", kind="reply")
        assert (answer.status_code, answer.headers[outcome.HEADER]) == (404, outcome.NO)

    def test_a_twin_that_has_the_key_leaves_it_open(self, ada, monkeypatch):
        def locked(**_):
            raise OperationalError from database_error(sqlstate="55P03")

        monkeypatch.setattr(IdempotencyKey.objects, "create", locked)
        answer = Person(ada).post(f"/tickets/{make_ticket(assignee=ada).number}/claim/")
        assert (answer.status_code, answer.headers[outcome.HEADER]) == (409, outcome.UNKNOWN)

    @pytest.mark.parametrize("address", ["/tickets/T-10001/reply/", "/preferences/", "/tokens/"])
    def test_who_is_no_longer_signed_in_has_saved_nothing(self, address):
        answer = Client().post(address, {"body": "Hello", "key": KEY})
        assert (answer.status_code, answer.headers[outcome.HEADER]) == (302, outcome.NO)

    def test_a_page_that_is_only_looked_at_was_not_saved(self, ada):
        assert outcome.HEADER not in Person(ada).get("/queue/")

    def test_a_password_is_not_written_into_the_page(self, ada, monkeypatch):
        def lost(*_, **__):
            raise OperationalError("connection refused")

        monkeypatch.setattr("console.views.session.SignIn.form_valid", lost)
        answer = Client().post("/login/", {"username": "ada", "password": "a long enough sentence"})
        assert answer.status_code == 503
        assert "a long enough sentence" not in answer.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_commit", [True, False])
def test_a_connection_that_cannot_be_opened_again_does_not_hide_where_it_was_lost(lose_answer, monkeypatch, at_commit):
    """As Django ends a transaction: it opens the connection again, and that error is the one that is raised."""
    set_autocommit = BaseDatabaseWrapper.set_autocommit

    def refused(line, on, **facts):
        set_autocommit(line, on, **facts)
        if on:
            raise OperationalError("connection refused")

    outcome.begin()
    connection.ensure_connection()
    monkeypatch.setattr(BaseDatabaseWrapper, "set_autocommit", refused)

    @transaction.atomic
    def write():
        if not at_commit:
            raise OperationalError("server closed the connection unexpectedly")
        lose_answer()

    with pytest.raises(OperationalError, match="refused") as caught:
        write()
    assert outcome.may_have_stored(caught.value) == at_commit


FORMS = {
    "ui/_mass.html": lambda it: ("/sla/act/", {"act": "notify", "pick": pick(it.ticket)}),
    "ui/_assign_dialog.html": lambda it: (f"/disputes/{it.dispute.pk}/assign/", {"assignee": it.me.pk}),
    "disputes/_advance_dialog.html": lambda it: (f"/disputes/{it.dispute.pk}/advance/", {"status": "under_review"}),
    "disputes/_resolve_dialog.html": lambda it: (
        f"/disputes/{it.dispute.pk}/resolve/",
        {"outcome": "withdrawn", "resolution": "They agreed.", "reason": "They agreed."},
    ),
    "orders/_act_dialog.html": lambda it: (f"/orders/{it.ticket.order_id}/hold/", {"reason": "No brief", "version": 1}),
    "payments/_act_dialog.html": lambda it: (f"/payments/{it.issue.pk}/contact/", {"outcome": "reached"}),
    "payments/_actions.html": lambda it: (f"/payments/{it.issue.pk}/take/", {}),
    "payments/log.html": lambda it: ("/payments/log/", {"order": it.ticket.order_id, "issue_type": "refund_request"}),
    "orders/_undo.html": lambda it: ("/orders/undo/", {"id": it.held}),
    "queue/page.html": lambda it: ("/queue/take-next/", {}),
    "workload/_offer_actions.html": lambda it: ("/workload/move/", {"pick": pick(it.ticket), "to": it.me.pk}),
    "workload/_status.html": lambda it: (f"/availability/{it.ada.pk}/say/", {"says": "away"}),
    "workload/_why_sheet.html": lambda it: ("/workload/move/", {"pick": pick(it.ticket), "to": it.me.pk}),
    "workload/page.html": lambda it: ("/workload/undo/", {"id": 1}),
    "workload/_move_menu.html": lambda it: ("/workload/move/", {"pick": pick(it.ticket), "to": it.me.pk}),
    "tickets/_controls.html": lambda it: (f"/tickets/{it.ticket.number}/tags/", {"tags": "late"}),
    "tickets/_assign.html": lambda it: (f"/tickets/{it.ticket.number}/assign/", {"assignee": it.me.pk}),
    "tickets/_header_actions.html": lambda it: (f"/tickets/{it.ticket.number}/claim/", {}),
    "tickets/_composer.html": lambda it: (f"/tickets/{it.ticket.number}/note/", {"body": "Careful"}),
    "tickets/_control.html": lambda it: (f"/tickets/{it.ticket.number}/priority/", {"priority": "high"}),
    "tickets/_open_dispute.html": lambda it: (f"/tickets/{it.ticket.number}/dispute/", {"reason": "late"}),
    "tokens/page.html": lambda it: ("/tokens/", {"name": "Script", "lifetime": "30"}),
    "dashboard/page.html": lambda it: ("/dashboard/refresh/", {}),
    "availability/_absences.html": lambda it: (
        f"/availability/{it.ada.pk}/absences/",
        {"begins_at": "2036-03-27T09:00", "ends_at": "2036-04-03T17:00"},
    ),
}


def test_every_form_with_a_key_is_among_these():
    keyed = {str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html") if "{% once %}" in file.read_text()}
    assert keyed == FORMS.keys()


@pytest.mark.django_db
def test_every_form_with_a_key_looks_it_up(lea, ada, cleo):
    class It:
        me, dispute, ticket = lea, make_dispute(assignee=lea), make_ticket(order=make_order(client=cleo))

    It.ada, person = ada, Person(lea)
    It.issue = make_payment_issue(by=lea)
    It.held = hold(make_order(), by=lea).management_actions.get().pk
    for template, form in FORMS.items():
        address, facts = form(It)
        answer = person.post(address, key=template, **facts)
        assert answer.headers[outcome.HEADER] in (outcome.YES, outcome.NEVER), (template, answer.content)
        if answer.status_code < 400:
            assert IdempotencyKey.objects.filter(user=lea, key=template).exists(), (template, answer.content)
