"""To whom work can go, and the history of where it went."""

from django.db.models import QuerySet

from support_management.disputes.models import Dispute
from support_management.people.owner_changes import UNSTATED
from support_management.routing import preview, queries
from support_management.routing.models import ReassignmentLog
from support_management.routing.record import decisions, explanations
from support_management.tickets import queries as tickets
from support_management.tickets.models import Ticket

NEVER = frozenset({"is_owner", "not_served", "suspended", "inactive"})
"""Codes of refusals that no hand of a lead overrides."""
FULL = frozenset({"no_room", "no_room_kind"})
PLAIN = frozenset({*UNSTATED, "undone"})
"""Reasons that say no more than the cause."""
WINDOW = 50


def choices_of(kind: str, pk: int, _clock: int, version: int) -> dict | None:
    """Whom to move a piece of work to: who can take it, who could with a lead's word, who cannot. None: it is gone."""
    work = _work(kind, pk)
    if work is None or not work.is_open:
        return None
    offer = preview.of(work)
    refused = explanations.refusals(offer.decision, decisions.absence_of_refused([offer.decision]))
    return {
        "number": work.number,
        "pick": f"{kind}-{pk}-0.{version}",
        "owner": work.assignee,
        "candidates": explanations.candidates(offer.decision),
        "others": [one | {"above": one["code"] in FULL} for one in refused if one["code"] not in NEVER],
        "never": [one for one in refused if one["code"] in NEVER],
    }


def _work(kind: str, pk: int) -> Ticket | Dispute | None:
    if kind == "ticket":
        return tickets.for_rows(Ticket.objects.filter(pk=pk)).first()
    if kind == "dispute":
        return Dispute.objects.select_related("order", "assignee").filter(pk=pk).first()
    return None


def moves(*, queue: int | None = None, **asked) -> QuerySet[ReassignmentLog]:
    """Changes of hands with everything a row shows; `queue`: of tickets that lie in it now."""
    rows = queries.for_rows(queries.narrowed(ReassignmentLog.objects.all(), **asked))
    rows = rows.select_related("dispute__order").order_by("-id")
    return rows.filter(ticket__type=queue) if queue else rows


def page_of(rows: QuerySet[ReassignmentLog], *, before: int | None) -> tuple[list[ReassignmentLog], int | None]:
    """One page, the newest first, and the key behind which the next begins."""
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows[: WINDOW + 1])
    return found[:WINDOW], found[WINDOW - 1].pk if len(found) > WINDOW else None
