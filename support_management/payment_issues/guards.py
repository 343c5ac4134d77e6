"""Who may change a payment issue, and when: the same sentence on the page and in a refusal."""

from dataclasses import dataclass

from support_management.core.errors import Conflict, NotAllowed
from support_management.payment_issues.models import PaymentIssueLog
from support_management.payment_issues.status import Status
from support_management.people import roles
from support_management.people.models import User
from support_management.people.viewer import Viewer, viewer_of

ACTIONS = {
    "contact": "Record a contact",
    "retry": "Record a retry",
    "escalate": "Escalate",
    "resolve": "Resolve",
    "assign": "Assign",
}


KEYS = {"escalate": "u", "assign": "a"}


@dataclass(frozen=True, slots=True)
class IssuePossibility:
    """An action and, when it is not possible, the reason."""

    action: str
    label: str
    why_not: str = ""

    @property
    def key(self) -> str:
        """Its key on the keyboard, if it has one."""
        return KEYS.get(self.action, "")


def why_not(action: str, issue: PaymentIssueLog, viewer: Viewer) -> str:
    """Why this person can't act now; empty when they can. Agents change their own and unassigned issues."""
    if not issue.is_open:
        return f"{issue.number} is already resolved."
    if not viewer.is_lead and issue.assignee_id not in (None, viewer.id):
        return f"Assigned to {issue.assignee}."
    escalated = action == "escalate" and issue.status == Status.ESCALATED
    return f"{issue.number} is escalated already." if escalated else ""


def require_may(action: str, issue: PaymentIssueLog, by: User) -> None:
    """Conflict illegal_move for its status, NotAllowed not_yours for its owner."""
    sentence = why_not(action, issue, viewer_of(by))
    if sentence and issue.is_open and not by.is_lead and issue.assignee_id not in (None, by.pk):
        raise NotAllowed("not_yours", sentence)
    if sentence:
        raise Conflict("illegal_move", sentence, current=issue)


def possibilities(issue: PaymentIssueLog, viewer: Viewer) -> list[IssuePossibility]:
    """Every action with the reason why it is not possible, if it is not."""
    return [IssuePossibility(name, label, why_not(name, issue, viewer)) for name, label in ACTIONS.items()]


def may_take(issue: PaymentIssueLog, viewer: Viewer) -> bool:
    """Whether the page offers to assign it to the viewer."""
    return issue.is_open and issue.assignee_id is None and viewer.role in roles.AGENTS
