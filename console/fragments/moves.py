"""Possible assignees of an item, and the assignment history."""

from django.db.models import QuerySet

from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.people.assignment_rules import UNSTATED
from support_management.routing import preview, queries
from support_management.routing.models import ReassignmentLog
from support_management.routing.record import decisions, explanations
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket

NEVER = frozenset({"is_owner", "not_served", "suspended", "inactive"})
"""Codes of refusals that a lead cannot override."""
FULL = frozenset({"no_room", "no_room_kind"})
PLAIN = frozenset({*UNSTATED, "undone"})
"""Reasons that add nothing to the cause."""
WINDOW = 50


def choices_of(kind: str, pk: int, _clock: int, version: int) -> dict | None:
    """Choices for reassigning an item: eligible agents, agents with an override, refused agents. None: it is closed."""
    work = _work(kind, pk)
    if work is None or not work.is_open:
        return None
    offer = preview.of(work)
    refusals = explanations.refusals(offer.decision, decisions.absence_of_refused([offer.decision]))
    return {
        "number": work.number,
        "pick": f"{kind}-{pk}-0.{version}",
        "owner": work.assignee,
        "candidates": explanations.candidates(offer.decision),
        "others": [
            refusal | {"above": refusal["code"] in FULL} for refusal in refusals if refusal["code"] not in NEVER
        ],
        "never": [refusal for refusal in refusals if refusal["code"] in NEVER],
    }


def _work(kind: str, pk: int) -> Ticket | Dispute | None:
    if kind == "ticket":
        return tickets.for_rows(tickets.unchecked().filter(pk=pk)).first()
    if kind == "dispute":
        return disputes.unchecked().select_related("order", "assignee").filter(pk=pk).first()
    return None


def moves(*, queue: int | None = None, **conditions) -> QuerySet[ReassignmentLog]:
    """Reassignments with everything a row shows, newest first; `queue`: of tickets that are in it now."""
    rows = queries.for_rows(queries.narrowed(queries.unchecked(), **conditions))
    rows = rows.select_related("dispute__order").order_by("-id")
    return rows.filter(ticket__type=queue) if queue else rows


def page_of(rows: QuerySet[ReassignmentLog], *, before: int | None) -> tuple[list[ReassignmentLog], int | None]:
    """One page, newest first, and the key after which the next page begins (None: no next page)."""
    rows = rows.filter(pk__lt=before) if before else rows
    window = list(rows[: WINDOW + 1])
    return window[:WINDOW], window[WINDOW - 1].pk if len(window) > WINDOW else None
