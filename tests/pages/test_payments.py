"""The list of payment issues, an issue's page, and acting on it, with and without JavaScript."""

from datetime import timedelta

import pytest

from support_management.core.time import now
from support_management.models import PaymentIssueLog
from support_management.payment_issues import actions, steps
from support_management.payment_issues.listing import IssueFilter, filter_of
from tests.cast import ira_who_runs_it, south
from tests.factories import make_order, make_payment_issue, make_ticket
from tests.pages.builders import Person, heard

pytestmark = pytest.mark.django_db


def listed(page) -> list[str]:
    return [row["data-number"] for row in page.by_id("payments-list").elements]


class TestList:
    def test_each_filter_narrows_it(self, ada, lea):
        free = make_payment_issue(by=ira_who_runs_it(), issue_type="chargeback")
        mine = make_payment_issue(by=ada, order=make_order(reference="A-1"))
        far = make_payment_issue(by=lea, order=make_order(website=south()))
        done = make_payment_issue(by=ada)
        actions.resolve(issue=done.pk, notes="Paid", by=ada)
        steps.record(issue=mine.pk, kind="contact", outcome="reached", next_step_at=now() + timedelta(hours=1), by=ada)
        browser = Person(lea)
        every = [far.number, mine.number, free.number]
        assert listed(browser.page("/payments/")) == every
        assert listed(Person(ada).page("/payments/")) == every[1:]
        for query, expected in (
            ({"type": "chargeback"}, [free]),
            ({"status": "resolved"}, [done]),
            ({"status": "all", "owner": ada.pk}, [done, mine]),
            ({"owner": "none"}, [free]),
            ({"website": south().pk}, [far]),
            ({"reference": "a-"}, [mine]),
            ({"next": "planned"}, [mine]),
            ({"next": "due"}, []),
            ({"next": "none", "type": "chargeback"}, [free]),
        ):
            assert listed(browser.page("/payments/", **query)) == [issue.number for issue in expected], query
        assert listed(browser.page("/payments/", type="no such type")) == every
        assert filter_of(IssueFilter(owner="none", next="due").word) == IssueFilter(owner="none", next="due")
        assert filter_of("owner=x") is None

    def test_it_is_paged_and_costs_the_same_however_long(self, lea, django_assert_max_num_queries):
        issues = [make_payment_issue(by=lea) for _ in range(53)]
        browser = Person(lea)
        page = browser.page("/payments/", type="refund_request")
        assert len(listed(page)) == 50
        [more] = page.with_("data-list-more")
        assert listed(browser.page(more["href"])) == [issue.number for issue in reversed(issues[:3])]
        rows = browser.get(more["data-rest"], after=page.by_id("payments-list").elements[-1]["data-order"])
        assert rows.text.count("<tr") == 3
        with django_assert_max_num_queries(13):
            browser.get("/payments/")


class TestPage:
    def test_it_shows_the_issue_and_says_why_something_is_not_possible(self, ada, ben, django_assert_max_num_queries):
        issue = make_payment_issue(by=ada, failure_code="expired_card")
        steps.record(issue=issue.pk, kind="contact", outcome="promised", note="On Friday", by=ada)
        browser = Person(ada)
        with django_assert_max_num_queries(14):
            text = browser.page(issue.get_absolute_url()).text
        for words in ("Refund request", issue.order.reference, "Card expired", "On Friday", "Will pay"):
            assert words in text
        assert "Assigned to Ada Agent." in Person(ben).page(issue.get_absolute_url()).text

    def test_another_website_is_not_there(self, zoe, lea):
        issue = make_payment_issue()
        assert Person(lea).get(issue.get_absolute_url()).status_code == 200
        assert Person(zoe).get(issue.get_absolute_url()).status_code == 404
        assert Person(zoe).post(f"{issue.get_absolute_url()}resolve/", notes="x").status_code == 404

    @pytest.mark.parametrize(
        ("action", "facts", "field", "value"),
        [
            ("contact", {"outcome": "reached"}, "next_step_at", None),
            ("retry", {"outcome": "failed", "failure_code": "expired_card"}, "failure_code", "expired_card"),
            ("escalate", {"reason": "No answer"}, "status", "escalated"),
            ("resolve", {"notes": "Paid", "amount": "20"}, "status", "resolved"),
            ("assign", {"assignee": ""}, "assignee", None),
        ],
    )
    def test_an_action_from_its_dialog(self, ada, action, facts, field, value):
        issue = make_payment_issue(by=ada)
        answer = Person(ada).post(f"{issue.get_absolute_url()}{action}/", version=issue.version, **facts)
        assert heard(answer)["text"].startswith(issue.number)
        assert getattr(PaymentIssueLog.objects.get(), field) == value

    def test_an_unassigned_one_is_taken_with_a_click(self, ada):
        issue = make_payment_issue(by=ira_who_runs_it())
        assert "Assign to me" in Person(ada).page(issue.get_absolute_url()).text
        heard(Person(ada).post(f"{issue.get_absolute_url()}take/", version=issue.version))
        assert PaymentIssueLog.objects.get().assignee == ada

    def test_without_scripts_a_refusal_opens_the_dialog_with_what_was_typed(self, ada):
        issue = make_payment_issue(by=ada)
        answer = Person(ada, scripted=False).post(f"{issue.get_absolute_url()}resolve/", notes="Agreed", amount="999")
        assert answer.status_code == 409
        assert "is left" in answer.text
        assert "Agreed</textarea>" in answer.text


class TestLog:
    def test_from_the_order_and_from_the_ticket(self, ada):
        order = make_order()
        ticket = make_ticket(order=order, assignee=ada)
        browser = Person(ada, scripted=False)
        for page in (order.get_absolute_url(), ticket.get_absolute_url()):
            assert f"/payments/log/?order={order.pk}" in browser.get(page).text
        assert "Expected (EUR)" in browser.get("/payments/log/", order=order.pk, ticket=ticket.pk).text
        answer = browser.post(
            "/payments/log/", order=order.pk, ticket=ticket.pk, issue_type="overpayment", received_amount="240"
        )
        issue = PaymentIssueLog.objects.get()
        assert (answer.status_code, answer.url, issue.ticket) == (303, issue.get_absolute_url(), ticket)
        for page in (order.get_absolute_url(), ticket.get_absolute_url()):
            assert issue.number in browser.get(page).text

    def test_a_refusal_keeps_what_was_typed(self, ada):
        order = make_order()
        facts = {"order": order.pk, "issue_type": "overpayment", "description": "Charged twice"}
        answer = Person(ada, scripted=False).post("/payments/log/", **facts)
        assert (answer.status_code, PaymentIssueLog.objects.exists()) == (400, False)
        assert "is not more than" in answer.text
        assert "Charged twice</textarea>" in answer.text
