"""Notifications about payment issues: to the owner, to the admin before whom one is put."""

from support_management.events.catalogue import PaymentIssueChanged
from support_management.notifications.notify import Notice, send
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people.models import User


def changed(event: PaymentIssueChanged) -> None:
    """Tell those whom a change concerns; nobody of what they did themselves."""
    told = _TOLD.get(event.what)
    if told is None:
        return
    issue = PaymentIssueLog.objects.select_related("order", "assignee", "reported_by").get(pk=event.payment_id)
    send(
        Notice(
            recipient_id=person_id,
            kind=kind,
            text=text,
            name=str(issue),
            about=("payment", issue.pk),
            link=issue.get_absolute_url(),
            actor_id=event.by_id,
            dedup=f"payment {issue.pk} version {issue.version} {kind}",
        )
        for person_id, kind, text in told(issue, event)
        if person_id
    )


def _assigned(issue: PaymentIssueLog, event: PaymentIssueChanged):
    yield event.agent_id, "assigned", "assigned to you"
    if event.previous_id != event.agent_id:
        yield event.previous_id, "taken_away", "reassigned" if event.agent_id else "unassigned"


def _due(issue: PaymentIssueLog, event: PaymentIssueChanged):
    """The owner; of an issue without one whoever reported it."""
    person: User | None = issue.assignee or issue.reported_by
    if person is not None and person.is_desk:
        yield person.pk, "payment_due", f"follow-up due for {issue.order.reference}"


def _escalated(issue: PaymentIssueLog, event: PaymentIssueChanged):
    yield issue.escalated_to_id, "payment_escalated", f"escalated to you: {issue.order.reference}"


_TOLD = {"assigned": _assigned, "step_due": _due, "escalated": _escalated}
