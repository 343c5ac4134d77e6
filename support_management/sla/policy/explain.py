"""Which policy applies to a piece of work, and why those before it do not match."""

from dataclasses import dataclass

from django.db.models import QuerySet

from support_management.conditions.matching import Facts
from support_management.conditions.wording import websites
from support_management.core import text as texts
from support_management.core.errors import DeskError, Invalid, NotFound
from support_management.disputes import queries as disputes
from support_management.orders import queries as orders
from support_management.payment_issues import queries as payment_issues
from support_management.people.viewer import Viewer
from support_management.sla.models import SLAPolicy, WorkKind
from support_management.sla.policy import matching, wording
from support_management.sla.policy.matching import PolicyMismatch
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class PolicyMatch:
    """The work, the policy that applies (if any), and each policy before it with the condition that failed."""

    kind: str
    work_id: int
    number: str
    facts: Facts
    winner: SLAPolicy | None
    refused: list[PolicyMismatch]


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """A policy test on a page: the ticket number as typed, and the match or an error."""

    typed: str
    match: PolicyMatch | None = None
    reasons: tuple[tuple[SLAPolicy, str], ...] = ()
    error: str = ""


def match(kind: str, pk: int, *, seen_by: Viewer) -> PolicyMatch:
    """The match of a piece of work. NotFound when it does not exist or the viewer may not see it."""
    work = _visible(kind, seen_by).filter(pk=pk).first()
    if work is None:
        raise NotFound(f"This {WorkKind(kind).label.lower()}")
    return _match(kind, work)


def for_number(typed: str, *, seen_by: Viewer) -> PolicyTest:
    """The match of a ticket by its number as people write it: T-10482, t10482, 10482."""
    shown = texts.shown(typed, 40)
    if not typed.strip():
        return PolicyTest("")
    try:
        match = _match(WorkKind.TICKET.value, _ticket(typed, seen_by))
    except DeskError as error:
        return PolicyTest(shown, error=error.text)
    names = websites()
    reasons = tuple((mismatch.policy, wording.refusal(mismatch, names)) for mismatch in match.refused)
    return PolicyTest(shown, match, reasons)


def _ticket(typed: str, seen_by: Viewer):
    number = Ticket.number_in(typed)
    if number is None:
        raise Invalid("number", "Enter a ticket number like T-10482.", field="ticket")
    ticket = _visible(WorkKind.TICKET, seen_by).filter(number=number).first()
    if ticket is None:
        raise NotFound(f"Ticket {number}")
    return ticket


def _visible(kind: str, seen_by: Viewer) -> QuerySet:
    if kind == WorkKind.TICKET:
        visible = tickets.visible_to(seen_by).select_related("type", "requester")
        return visible.prefetch_related("tags")
    if kind == WorkKind.DISPUTE:
        return disputes.visible_to(seen_by).select_related("order", "raised_by")
    if kind == WorkKind.PAYMENT:
        return payment_issues.visible_to(seen_by).select_related("order__client")
    return orders.visible_to(seen_by).select_related("client")


def _match(kind: str, work) -> PolicyMatch:
    facts = matching.FACTS[kind](work)
    winner, refused = matching.explain(facts, matching.all_policies())
    number = work.reference if kind == WorkKind.ORDER else work.number
    return PolicyMatch(kind, work.pk, number, facts, winner, refused)
