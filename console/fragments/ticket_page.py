"""What a ticket's page shows, for a person with certain rights: the same for the page and for the stream."""

from console import access
from console.fragments import workload_offers
from console.fragments.clocks import stories_of
from support_management.core.priority import PRIORITY_RANKS
from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.disputes.status import Reason
from support_management.people.viewer import Viewer
from support_management.routing.models import ReassignmentLog
from support_management.routing.record import decisions
from support_management.sla.queries import of_ticket
from support_management.tickets import queries
from support_management.tickets.models import Ticket, TicketType
from support_management.tickets.status import MOVES, Status

SHOWN = 200
"""Entries of the timeline on the page; earlier ones are a click away."""
HANDS = 8
"""Changes of hands beside it, the last ones."""


def page_of(ticket: Ticket, viewer: Viewer, *, before: int | None = None) -> dict:
    """Everything on a ticket's page, for a person with these eyes."""
    rights = access.rights_on(viewer, ticket)
    entries = queries.timeline(ticket.pk, viewer).order_by("-id")
    if before:
        entries = entries.filter(pk__lt=before)
    shown = list(entries[: SHOWN + 1])
    return (
        header_of(ticket, rights)
        | controls_of(ticket, rights)
        | context_of(ticket, viewer, cases_of(ticket))
        | why_of(ticket)
        | {"entries": shown[SHOWN - 1 :: -1] if len(shown) > SHOWN else shown[::-1], "earlier": len(shown) > SHOWN}
        | {"live": before is None, "kind": "reply" if rights["may_reply"] else "note"}
    )


def header_of(ticket: Ticket, rights: dict[str, bool]) -> dict:
    """What it is, where it stands, and its clocks."""
    clocks = [clock for clock in of_ticket(ticket.pk) if clock.state != "cancelled"]
    for clock, told in zip(clocks, stories_of(clocks), strict=True):
        clock.told = told  # type: ignore[attr-defined]
    return {"ticket": ticket, "clocks": clocks, "may_resolve": Status.RESOLVED in MOVES[ticket.status]} | rights


def controls_of(ticket: Ticket, rights: dict[str, bool]) -> dict:
    """What a person with these rights may do to the ticket now."""
    names = dict(Status.choices)
    return {
        "ticket": ticket,
        "legal_moves": [(value, names[value]) for value in Status.values if value in MOVES[ticket.status]],
        "priorities": [(word, word.title()) for word in PRIORITY_RANKS],
        "types": [(kind.slug, kind.name) for kind in TicketType.objects.all()] if rights["may_change"] else [],
        "agents": access.owners(ticket) if rights["may_assign"] else [],
    } | rights


def cases_of(ticket: Ticket) -> dict[Dispute, frozenset[int]]:
    """All disputes about the ticket's order, and who took part in each lately."""
    cases = list(disputes.of_order(ticket.order_id)) if ticket.order_id else []
    took_part = disputes.participants([case.pk for case in cases if case.assignee_id])  # free ones are everybody's
    return {case: took_part.get(case.pk, frozenset()) for case in cases}


def context_of(ticket: Ticket, viewer: Viewer, cases: dict[Dispute, frozenset[int]]) -> dict:
    """The order, and of its disputes those that the person may see."""
    return {
        "ticket": ticket,
        "order": ticket.order,
        "disputes": [case for case, took_part in cases.items() if disputes.may_see(viewer, case, took_part)],
        "may_dispute": not any(case.is_open for case in cases),
        "reasons": Reason.choices,
    }


def why_of(ticket: Ticket) -> dict:
    """The last decision about who has it, and through whose hands it went."""
    decision = decisions.latest(ticket)
    logs = ReassignmentLog.objects.filter(ticket=ticket.pk).select_related("from_agent", "to_agent", "by")
    told = workload_offers.why_of(decision) | {"decision": decision} if decision else None
    return {"ticket": ticket, "why": told, "hands": list(logs.order_by("-id")[:HANDS])}


def assign_dialog(viewer: Viewer, number: str = "") -> dict | None:
    """The dialog of leads that gives work away; without JavaScript opened for the ticket of this number."""
    if not viewer.is_lead:
        return None
    ticket = queries.for_rows(queries.visible_to(viewer)).filter(number=number).first() if number else None
    return {"agents": access.owners(ticket), "ticket": ticket}
