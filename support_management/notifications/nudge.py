"""A lead asks an assignee to look at their work."""

from collections.abc import Callable

from support_management.audit import log
from support_management.core import text
from support_management.core.errors import Conflict, Invalid, NotFound
from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.events.capability import capability
from support_management.notifications.notify import Notice, send
from support_management.payment_issues import queries as payment_issues
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people import roles
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.sla.models import WorkKind
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket

WORDS_LIMIT = 200
_VISIBLE: dict[str, Callable] = {
    "ticket": tickets.visible_to,
    "dispute": disputes.visible_to,
    "payment": payment_issues.visible_to,
}


@capability
def ask_owner(*, kind: str, pk: int, by: User, words: str = "") -> User:
    """Notify the assignee of a piece of work that a lead waits for them; returns the assignee.

    NotAllowed leads_only, Conflict unowned for unassigned and own for own work, Invalid no_owner for orders.
    """
    message = text.clean(words, field="reason", limit=WORDS_LIMIT, one_line=True, blank=True)
    roles.require_lead(by, "Only team leads can notify assignees.")
    if kind == "order":
        raise Invalid("no_owner", "Orders have no assignee.")
    work = _work(kind, pk, by)
    if work.assignee is None:
        raise Conflict("unowned", "It is unassigned. Assign it first.")
    if work.assignee == by:
        raise Conflict("own", "It is assigned to you.")
    sentence = f"{by} asks you to take a look" + (f": {message}" if message else "")
    send([Notice(recipient_id=work.assignee.pk, kind="asked", name=str(work), text=sentence, about=(kind, work.pk))])
    log.record(by=by, verb="ask", on=work, after={"assignee": work.assignee_id})
    return work.assignee


def _work(kind: str, pk: int, by: User) -> Ticket | Dispute | PaymentIssueLog:
    row = _VISIBLE[kind](viewer_of(by)).select_related("assignee").filter(pk=pk).first()
    if row is None:
        raise NotFound(f"This {WorkKind(kind).label.lower()}")
    return row
