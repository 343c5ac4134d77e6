"""Which policy wins for a piece of work, and why not the ones before it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet

from support_management.conditions.facts import of_dispute, of_order, of_ticket
from support_management.conditions.matching import Facts
from support_management.conditions.wording import websites
from support_management.core import text as texts
from support_management.core.errors import DeskError, Invalid, NotFound
from support_management.disputes import queries as disputes
from support_management.orders import queries as orders
from support_management.people.viewer import Viewer
from support_management.sla.models import SLAPolicy, WorkKind
from support_management.sla.policy import matching, wording
from support_management.sla.policy.matching import PolicyMismatch
from support_management.tickets import queries as tickets

_TICKET = re.compile(r"\s*+#?\s*+(?:t\s*+-?\s*+)?([0-9]{1,15})\s*+", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class PolicyMatch:
    """The work, the winner if there is one, and each policy tried before it with the condition that failed."""

    kind: str
    work_id: int
    number: str
    facts: Facts
    winner: SLAPolicy | None
    refused: list[PolicyMismatch]


@dataclass(frozen=True, slots=True)
class PolicyTest:
    """What a person asked on a page, as they typed it, and the answer or why there is none."""

    typed: str
    match: PolicyMatch | None = None
    reasons: tuple[tuple[SLAPolicy, str], ...] = ()
    error: str = ""


def match(kind: str, pk: int, *, seen_by: Viewer) -> PolicyMatch:
    """For the work with this key. NotFound when there is none, or it is not theirs to see."""
    row = _rows(kind, seen_by).filter(pk=pk).first()
    if row is None:
        raise NotFound(f"This {kind}")
    return _match(kind, row)


def ask(typed: str, *, seen_by: Viewer) -> PolicyTest:
    """For a ticket's number as people write it: T-10482, t10482, 10482."""
    shown = texts.shown(typed, 40)
    if not typed.strip():
        return PolicyTest("")
    try:
        found = _match(WorkKind.TICKET.value, _ticket(typed, seen_by))
    except DeskError as error:
        return PolicyTest(shown, error=error.text)
    names = websites()
    return PolicyTest(shown, found, tuple((one.policy, wording.refusal(one, names)) for one in found.refused))


def _ticket(typed: str, seen_by: Viewer):
    number = _TICKET.fullmatch(typed)
    if number is None:
        raise Invalid("number", "Enter a ticket number like T-10482.", field="ticket")
    row = _rows(WorkKind.TICKET, seen_by).filter(number=f"T-{int(number[1])}").first()
    if row is None:
        raise NotFound(f"Ticket T-{int(number[1])}")
    return row


def _rows(kind: str, seen_by: Viewer) -> QuerySet:
    if kind == WorkKind.TICKET:
        rows = tickets.visible_to(seen_by).select_related("type", "requester")
        return rows.prefetch_related("tags")
    if kind == WorkKind.DISPUTE:
        return disputes.visible_to(seen_by).select_related("order", "raised_by")
    return orders.visible_to(seen_by).select_related("client")


def _match(kind: str, row) -> PolicyMatch:
    facts = _FACTS[kind](row)
    winner, refused = matching.explain(facts, matching.all_policies())
    number = row.reference if kind == WorkKind.ORDER else row.number
    return PolicyMatch(kind, row.pk, number, facts, winner, refused)


_FACTS: dict[str, Callable[..., Facts]] = {
    "ticket": of_ticket,
    "dispute": of_dispute,
    "order": of_order,
}
