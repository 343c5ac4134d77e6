"""Who hears of deadlines: the owner of the work, and the leads when it goes wrong or belongs to nobody.

Many thresholds at once cost the same few statements as one, and what a clock passed in one go is told by its worst.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from support_management.disputes.models import Dispute
from support_management.events.catalogue import ClockReached
from support_management.notifications.links import About
from support_management.notifications.notify import Notice, tell
from support_management.orders.models import Order
from support_management.people import roles
from support_management.people.models import SupportProfile, User
from support_management.people.roles import Role
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket

SAID = {
    "due_soon": ("medium", "SLA due soon"),
    "at_risk": ("high", "SLA at risk"),
    "breached": ("critical", "SLA breached"),
}
_LEADS = {"at_risk": "team_at_risk", "breached": "team_breached"}
_LEADS_OF_UNOWNED = {"at_risk": "unowned_at_risk", "breached": "team_breached"}


@dataclass(frozen=True, slots=True)
class WorkSummary:
    """What a notice says of a piece of work."""

    name: str
    link: str
    website_id: int | None


def reached(events: Sequence[ClockReached]) -> None:
    """Thresholds that clocks have passed for the first time, in the order in which they passed them."""
    worst = {event.clock_id: event for event in events if event.first}
    works = works_of(worst.values())
    leads = WebsiteLeads() if any(event.threshold in _LEADS for event in worst.values()) else None
    tell(_notices(worst.values(), works, leads))


def _notices(
    events: Iterable[ClockReached], works: dict[About, WorkSummary], leads: "WebsiteLeads | None"
) -> Iterator[Notice]:
    for event in events:
        about = about_of(event)
        work = works.get(about)
        if work is None:
            continue  # it went a moment ago
        priority, words = SAID[event.threshold]
        dedup = f"clock {event.clock_id} {event.threshold} {event.name}".strip()
        facts: dict = {"text": words, "priority": priority, "name": work.name, "about": about, "link": work.link}
        if event.agent_id:
            yield Notice(recipient_id=event.agent_id, kind=event.threshold, dedup=dedup, **facts)
        kind = (_LEADS if event.agent_id else _LEADS_OF_UNOWNED).get(event.threshold)
        for pk in leads.of(work.website_id) if kind and leads else ():
            if pk != event.agent_id:
                yield Notice(recipient_id=pk, kind=kind or "", dedup=dedup, **facts)


def about_of(event: ClockReached | OrderDisputeSLA) -> About:
    """The piece of work that a clock, or what happened to it, is about."""
    if event.ticket_id:
        return "ticket", event.ticket_id
    return ("dispute", event.dispute_id) if event.dispute_id else ("order", event.order_id or 0)


def works_of(events: Iterable[ClockReached | OrderDisputeSLA]) -> dict[About, WorkSummary]:
    """What stands behind them, one statement per kind of work."""
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, pk in map(about_of, events):
        ids[kind].add(pk)
    found: dict[About, WorkSummary] = {}
    for ticket in Ticket.objects.filter(pk__in=ids["ticket"]).only("number", "subject", "website"):
        found["ticket", ticket.pk] = WorkSummary(str(ticket), ticket.get_absolute_url(), ticket.website_id)
    cases = Dispute.objects.filter(pk__in=ids["dispute"]).select_related("order")
    for case in cases.only("number", "reason", "order__website"):
        found["dispute", case.pk] = WorkSummary(str(case), case.get_absolute_url(), case.website_id)
    for order in Order.objects.filter(pk__in=ids["order"]).only("reference", "title", "website"):
        found["order", order.pk] = WorkSummary(str(order), "", order.website_id)
    return found


class WebsiteLeads:
    """Who leads the desk of a website: active leads who serve it or all; admins who have asked for such notices."""

    def __init__(self) -> None:
        asked = Q(notice_preferences__kind__in={*_LEADS.values(), *_LEADS_OF_UNOWNED.values()})
        wanted = Q(role=Role.LEAD) | Q(role__in=roles.ADMINS) & asked & (
            Q(notice_preferences__bell=True) | Q(notice_preferences__mail=True)
        )
        people = User.objects.filter(wanted, is_active=True).order_by("pk").values_list("pk", flat=True).distinct()
        self._served: dict[int, set[int]] = {pk: set() for pk in people}
        pairs = SupportProfile.websites.through.objects.filter(supportprofile__user__in=self._served)
        for user_id, website_id in pairs.values_list("supportprofile__user", "website"):
            self._served[user_id].add(website_id)

    def of(self, website_id: int | None) -> list[int]:
        """Work without a website is everybody's."""
        return [pk for pk, served in self._served.items() if not served or not website_id or website_id in served]
