"""Contacts and retries, the date of the next one, and the notice when it comes."""

from datetime import timedelta

import pytest

from support_management.core.errors import Conflict, Invalid, NotAllowed
from support_management.core.time import now
from support_management.models import PaymentIssueLog, PaymentIssueStep, SupportNotification
from support_management.payment_issues import actions, steps
from support_management.payment_issues.failure_codes import CODES
from support_management.tasks import follow_payment_issues
from tests import cast
from tests.factories import make_payment_issue
from tests.past import rewrite
from tests.refusals import refusal_of, refused

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=4)


def due(issue: PaymentIssueLog) -> None:
    rewrite(PaymentIssueLog.objects.filter(pk=issue.pk), next_step_at=now() - timedelta(minutes=1))


def test_a_step_sets_the_next_date_and_the_failure_of_the_issue(ada):
    issue, later = make_payment_issue(by=cast.ira_who_runs_it()), now() + SOON
    step = steps.record(
        issue=issue.pk, kind="retry", outcome="failed", failure_code="expired_card", next_step_at=later, by=ada
    )
    issue.refresh_from_db()
    assert (issue.next_step_at, issue.failure_code, issue.assignee) == (later, "expired_card", ada)
    assert (step.failure_name, issue.failure.fixed_by) == ("Card expired", "The client")
    steps.record(issue=issue.pk, kind="contact", outcome="promised", note="On Friday", by=ada)
    issue.refresh_from_db()
    assert (issue.next_step_at, issue.failure_code) == (None, "expired_card")
    with refused("append_only"):
        PaymentIssueStep.objects.update(note="Something else")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "letter"}, "unknown_kind"),
        ({"outcome": "succeeded"}, "unknown_outcome"),
        ({"failure_code": "expired_card"}, "not_taken"),
        ({"next_step_at": now() - SOON}, "not_future"),
    ],
)
def test_what_does_not_fit_is_refusal_of(ada, given, code):
    issue = make_payment_issue(by=ada)
    facts = {"kind": "contact", "outcome": "reached"} | given
    assert refusal_of(Invalid, lambda: steps.record(issue=issue.pk, by=ada, **facts)).code == code


def test_only_the_owner_and_only_while_it_is_open(ada, ben):
    issue, contact = make_payment_issue(by=ada), {"kind": "contact", "outcome": "reached"}
    assert refusal_of(NotAllowed, lambda: steps.record(issue=issue.pk, by=ben, **contact)).code == "not_yours"
    actions.resolve(issue=issue.pk, notes="Paid", by=ada)
    assert refusal_of(Conflict, lambda: steps.record(issue=issue.pk, by=ada, **contact)).code == "illegal_move"


def test_the_owner_is_told_once_when_a_step_is_due(ada):
    issue = make_payment_issue(by=ada)
    steps.record(issue=issue.pk, kind="contact", outcome="not_reached", next_step_at=now() + SOON, by=ada)
    assert follow_payment_issues() == 0
    due(issue)
    assert steps.oldest_due() is not None
    assert (follow_payment_issues(), follow_payment_issues(), steps.oldest_due()) == (1, 0, None)
    notice = SupportNotification.objects.get(recipient=ada)
    assert (notice.kind, notice.link) == ("payment_due", issue.get_absolute_url())
    steps.record(issue=issue.pk, kind="contact", outcome="not_reached", next_step_at=now() + SOON, by=ada)
    due(issue)
    assert follow_payment_issues() == 1


def test_nobody_is_told_of_a_resolved_one(ada):
    issue = make_payment_issue(by=ada)
    steps.record(issue=issue.pk, kind="contact", outcome="reached", next_step_at=now() + SOON, by=ada)
    actions.resolve(issue=issue.pk, notes="Paid", by=ada)
    assert (follow_payment_issues(), PaymentIssueLog.objects.get().next_step_at) == (0, None)


def test_a_step_of_a_shell_sets_the_date_too(ada):
    issue, later = make_payment_issue(by=ada), now() + SOON
    PaymentIssueStep.objects.create(issue=issue, kind="contact", outcome="reached", next_step_at=later)
    assert PaymentIssueLog.objects.get().next_step_at == later


def test_every_code_says_who_can_fix_it_and_what_to_tell():
    assert all(code == code.lower() and failure.fixed_by and failure.tell for code, failure in CODES.items())
