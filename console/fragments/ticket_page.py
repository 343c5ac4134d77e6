"""Template contexts of a ticket's page, the same for the page and the stream."""

from console import access
from console.fragments import workload_offers
from console.fragments.clocks import stories_of
from support_management.core.priority import PRIORITY_RANKS
from support_management.disputes import queries as disputes
from support_management.disputes.models import Dispute
from support_management.disputes.status import Reason
from support_management.order_management import guards
from support_management.payment_issues import queries as payment_issues
from support_management.people.viewer import Viewer
from support_management.routing import queries as assignment_history
from support_management.routing.record import decisions
from support_management.sla.queries import of_ticket
from support_management.tickets import excerpts, queries
from support_management.tickets.models import Ticket, TicketType
from support_management.tickets.status import MOVES, Status

SHOWN = 200
"""Timeline entries on the page at most; earlier ones are on further pages."""
REASSIGNMENTS = 8
"""Latest reassignments on the page."""


def page_of(ticket: Ticket, viewer: Viewer, *, before: int | None = None) -> dict:
    """Everything on a ticket's page, for this viewer."""
    rights = access.rights_on(viewer, ticket)
    entries = queries.timeline(ticket.pk, viewer).order_by("-id")
    if before:
        entries = entries.filter(pk__lt=before)
    latest = excerpts.load(entries[: SHOWN + 1])
    shown = list(excerpts.that_fit(latest[:SHOWN]))
    return (
        header_of(ticket, rights)
        | controls_of(ticket, rights)
        | context_of(ticket, viewer, disputes_of(ticket))
        | why_of(ticket, viewer)
        | {"entries": shown[::-1], "earlier": len(shown) < len(latest)}
        | {"live": before is None, "kind": "reply" if rights["may_reply"] else "note"}
    )


def header_of(ticket: Ticket, rights: dict[str, bool]) -> dict:
    """The header: ticket, SLA clocks, permissions."""
    clocks = [clock for clock in of_ticket(ticket.pk) if clock.state != "cancelled"]
    for clock, history in zip(clocks, stories_of(clocks), strict=True):
        clock.told = history  # type: ignore[attr-defined]
    return {"ticket": ticket, "clocks": clocks, "may_resolve": Status.RESOLVED in MOVES[ticket.status]} | rights


def controls_of(ticket: Ticket, rights: dict[str, bool]) -> dict:
    """The actions that these permissions allow now."""
    names = dict(Status.choices)
    return {
        "ticket": ticket,
        "legal_moves": [(value, names[value]) for value in Status.values if value in MOVES[ticket.status]],
        "priorities": [(word, word.title()) for word in PRIORITY_RANKS],
        "types": [(kind.slug, kind.name) for kind in TicketType.objects.all()] if rights["may_change"] else [],
        "agents": access.owners(ticket) if rights["may_assign"] else [],
    } | rights


def disputes_of(ticket: Ticket) -> dict[Dispute, frozenset[int]]:
    """All disputes about the ticket's order, each with its recent participants."""
    rows = list(disputes.of_order(ticket.order_id)) if ticket.order_id else []
    assigned = [dispute.pk for dispute in rows if dispute.assignee_id]  # unassigned ones are visible to all agents
    participants = disputes.participants(assigned)
    return {dispute: participants.get(dispute.pk, frozenset()) for dispute in rows}


def context_of(ticket: Ticket, viewer: Viewer, participants: dict[Dispute, frozenset[int]]) -> dict:
    """The order with its actions, and those of its disputes that the viewer may see.

    A new dispute is a change of the ticket.
    """
    dispute = next((dispute for dispute in participants if dispute.is_open), None)
    may_dispute = queries.may_change(viewer, ticket) and not any(dispute.is_open for dispute in participants)
    return {
        "ticket": ticket,
        "order": ticket.order,
        "disputes": [dispute for dispute, people in participants.items() if disputes.may_see(viewer, dispute, people)],
        "may_dispute": may_dispute,
        "possibilities": guards.possibilities(ticket.order, dispute, viewer) if ticket.order else [],
        "reasons": Reason.choices,
        "issues": payment_issues.of_order(ticket.order_id) if ticket.order_id else [],
    }


def why_of(ticket: Ticket, viewer: Viewer) -> dict:
    """The routing decision behind the present assignment, if any, and the latest reassignments.

    How a colleague was absent is for leads.
    """
    decision = decisions.in_force(ticket)
    logs = assignment_history.unchecked().filter(ticket=ticket.pk).select_related("from_agent", "to_agent", "by")
    explanation = None
    if decision:
        explanation = workload_offers.why_of(decision, for_lead=viewer.is_lead) | {"decision": decision}
    hands = list(logs.order_by("-id")[:REASSIGNMENTS])
    for log in hands:
        log.cause = log.cause_for(is_lead=viewer.is_lead)
    return {"ticket": ticket, "why": explanation, "hands": hands}


def assign_dialog(viewer: Viewer, number: str = "") -> dict | None:
    """The assign dialog of leads; without JavaScript it is open for the ticket with this number."""
    if not viewer.is_lead:
        return None
    ticket = queries.for_rows(queries.visible_to(viewer)).filter(number=number).first() if number else None
    return {"agents": access.owners(ticket), "ticket": ticket}
