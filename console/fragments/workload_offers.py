"""The unassigned tickets of the workload board, with the best assignee of each; the routing preview."""

from collections.abc import Iterator
from functools import partial

from console import access
from console.fragments import groups, row_cache, workload
from console.fragments.registry import Part, fragment, pane
from console.fragments.rendering import RenderPass, render
from console.fragments.workload import TEAM_EVENTS
from support_management.core.time import now
from support_management.events.catalogue import WorkDecided
from support_management.people.viewer import Viewer
from support_management.routing import preview
from support_management.routing.engine.ranking import Decision
from support_management.routing.models import AssignmentDecision
from support_management.routing.preview import RoutingPreview
from support_management.routing.record import decisions, explanations
from support_management.tickets import queries
from support_management.tickets.models import Ticket

OFFER_EVENTS = (*TEAM_EVENTS, WorkDecided)
HEAD = fragment(
    name="workload.offers", template="workload/_offers_head.html", tag="header", dirtied_by=OFFER_EVENTS, counter=True
)
OFFER = fragment(
    name="workload.offer", template="workload/_offer_row.html", tag="tr", dirtied_by=OFFER_EVENTS, counter=True
)
WHAT_IF = fragment(
    name="workload.what_if", template="workload/_what_if.html", tag="div", dirtied_by=OFFER_EVENTS, counter=True
)
SHOWN = 8


def lane() -> dict:
    """The first unassigned tickets, and the lane's figures."""
    total, soon = preview.unassigned_counts()
    return _lane(preview.first(SHOWN), total, soon)


def _lane(rows: list[RoutingPreview], total: int, soon: int) -> dict:
    nobody = sum(offer.decision.chosen is None for offer in rows)
    context = {"rows": [offer_of(offer) for offer in rows], "total": total, "due_soon": soon, "nobody": nobody}
    return context | {"window": SHOWN, "part": total > len(rows)}


def offer_of(offer: RoutingPreview) -> dict:
    """Template context of a row: the ticket, the best match in a sentence, the value for assigning it."""
    ticket, best = offer.work, offer.decision.chosen
    name, rest = split(explanations.sentence(offer.decision))
    return {
        "ticket": ticket,
        "name": name,
        "rest": rest,
        "best": best,
        "pick": f"ticket-{ticket.pk}-0.{ticket.version}",
    }


def what_if(ticket: Ticket) -> dict:
    """The routing preview: the agent who would get the ticket now, the candidates and the refusals."""
    offer = preview.of(ticket)
    since = decisions.absence_of_refused([offer.decision])
    explanation = why_of(offer.decision, since) | {"ticket": ticket, "changes_at": offer.changes_at, "at": now()}
    return explanation | {"best": offer.decision.chosen, "pick": f"ticket-{ticket.pk}-0.{ticket.version}"}


def why_of(decision: Decision | AssignmentDecision, since=None, *, for_lead: bool = True) -> dict:
    """Template context of a routing decision, stored or new."""
    name, rest = split(explanations.sentence(decision, for_lead=for_lead))
    if isinstance(decision, AssignmentDecision):
        refusals = decision.refusals if for_lead else explanations.for_colleagues(decision.refusals)
        details = {"needs": decision.needs, "candidates": decision.candidates, "refusals": refusals}
        return {"name": name, "rest": rest, "units": decision.units} | details
    refusals = explanations.refusals(decision, since or {})
    details = {
        "needs": explanations.needs(decision),
        "candidates": explanations.candidates(decision),
        "refusals": refusals,
    }
    return {"name": name, "rest": rest, "units": decision.work.units} | details


def split(sentence: str) -> tuple[str, str]:
    """The name or verdict, which is emphasized, and the rest of the sentence."""
    for mark, before, after in ((" is the best match", "", "is the best match"), (": ", ":", "")):
        name, separator, rest = sentence.partition(mark)
        if separator:
            return f"{name}{before}", f"{after}{rest}"
    return sentence, ""


def _parts(_viewer: Viewer, _arg: str, paint: RenderPass) -> Iterator[Part]:
    yield from workload.parts(paint)
    if paint.dirt.subjects.get(HEAD.name):
        yield _head(paint.once("offers", lane), paint)
    if paint.dirt.subjects.get(OFFER.name):
        yield from paint.once("offer rows", lambda: list(_offers(paint.once("offers", lane), paint)))


def _offers(shown: dict, paint: RenderPass) -> Iterator[Part]:
    listed = {row["ticket"].pk for row in shown["rows"]}
    for pk in sorted(paint.dirt.of(OFFER, "ticket") - listed):
        yield Part(id=f"workload-offer-{pk}", swap="delete", pos=paint.pos)
    for row in shown["rows"]:
        element = f"workload-offer-{row['ticket'].pk}"
        keep = (row_cache.row_key("workload-offers", row["ticket"]), row["name"], row["rest"])
        html = render(OFFER, element, partial(dict, offer=row), pos=paint.pos, keep=keep)
        yield Part(id=element, swap="row", pos=paint.pos, target="workload-offers-list", html=html)


def _head(shown: dict, paint: RenderPass) -> Part:
    element = "workload-offers-head"
    html = paint.html(HEAD, element, element, lambda: {"offers": shown})
    return Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


def _what_if(_viewer: Viewer, arg: str, paint: RenderPass) -> Iterator[Part]:
    if not paint.dirt.subjects.get(WHAT_IF.name):
        return
    ticket: Ticket | None = paint.once(
        ("ticket", arg), lambda: access.with_details(queries.unchecked()).filter(pk=int(arg)).first()
    )
    if ticket is not None:
        element = f"what-if-{ticket.pk}"
        html = paint.html(WHAT_IF, element, element, lambda: {"why": what_if(ticket)})
        yield Part(id=element, swap="outerMorph", pos=paint.pos, html=html)


pane(name="workload", may_see=access.may_see_team, parts=_parts, topics=lambda _: {groups.figures()})
pane(name="what_if", may_see=access.may_see_what_if, parts=_what_if, topics=lambda _: {groups.figures()})
