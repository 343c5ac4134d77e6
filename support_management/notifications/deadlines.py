"""Notifications about SLA thresholds: to the assignee, and to the leads for work at risk, breached or unassigned.

Any number of thresholds costs the same few statements. Several thresholds of a clock give one notification, of the
worst.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q

from support_management.disputes.models import Dispute
from support_management.events.catalogue import ClockReached
from support_management.notifications.links import About
from support_management.notifications.notify import Notice, send
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people import roles
from support_management.people.models import SupportProfile, User
from support_management.people.roles import Role
from support_management.sla.models import WORK_FIELDS, OrderDisputeSLA
from support_management.tickets.models import Ticket

THRESHOLD_TEXTS = {
    "due_soon": ("medium", "SLA due soon"),
    "at_risk": ("high", "SLA at risk"),
    "breached": ("critical", "SLA breached"),
}
_LEADS = {"at_risk": "team_at_risk", "breached": "team_breached"}
_LEADS_OF_UNOWNED = {"at_risk": "unowned_at_risk", "breached": "team_breached"}


@dataclass(frozen=True, slots=True)
class WorkSummary:
    """What a notification shows of a piece of work."""

    name: str
    link: str
    website_id: int | None


def reached(events: Sequence[ClockReached]) -> None:
    """Notify about the thresholds that clocks passed for the first time; `events` in order of passing."""
    worst = {event.clock_id: event for event in events if event.first}
    summaries = summaries_of(worst.values())
    leads = WebsiteLeads() if any(event.threshold in _LEADS for event in worst.values()) else None
    send(_notices(worst.values(), summaries, leads))


def _notices(
    events: Iterable[ClockReached], summaries: dict[About, WorkSummary], leads: "WebsiteLeads | None"
) -> Iterator[Notice]:
    for event in events:
        about = about_of(event)
        work = summaries.get(about)
        if work is None:
            continue  # deleted meanwhile
        priority, text = THRESHOLD_TEXTS[event.threshold]
        dedup = f"clock {event.clock_id} {event.threshold} {event.name}".strip()
        if event.round:
            dedup += f" round {event.round}"
        values: dict = {"text": text, "priority": priority, "name": work.name, "about": about, "link": work.link}
        if event.agent_id:
            yield Notice(recipient_id=event.agent_id, kind=event.threshold, dedup=dedup, **values)
        kind = (_LEADS if event.agent_id else _LEADS_OF_UNOWNED).get(event.threshold)
        for pk in leads.of(work.website_id) if kind and leads else ():
            if pk != event.agent_id:
                yield Notice(recipient_id=pk, kind=kind or "", dedup=dedup, **values)


def about_of(event: ClockReached | OrderDisputeSLA) -> About:
    """The work of a clock or clock event."""
    kind = next((kind for kind in WORK_FIELDS if getattr(event, f"{kind}_id")), "order")
    return kind, getattr(event, f"{kind}_id") or 0


def summaries_of(events: Iterable[ClockReached | OrderDisputeSLA]) -> dict[About, WorkSummary]:
    """Summaries of the work of these events or clocks, one query per kind of work."""
    ids: dict[str, set[int]] = defaultdict(set)
    for kind, pk in map(about_of, events):
        ids[kind].add(pk)
    summaries: dict[About, WorkSummary] = {}
    for ticket in Ticket.objects.filter(pk__in=ids["ticket"]).only("number", "subject", "website"):
        summaries["ticket", ticket.pk] = WorkSummary(str(ticket), ticket.get_absolute_url(), ticket.website_id)
    disputes = Dispute.objects.filter(pk__in=ids["dispute"]).select_related("order")
    for dispute in disputes.only("number", "reason", "order__website"):
        summaries["dispute", dispute.pk] = WorkSummary(str(dispute), dispute.get_absolute_url(), dispute.website_id)
    for order in Order.objects.filter(pk__in=ids["order"]).only("reference", "title", "website"):
        summaries["order", order.pk] = WorkSummary(str(order), "", order.website_id)
    issues = PaymentIssueLog.objects.filter(pk__in=ids["payment"]).select_related("order")
    for issue in issues.only("number", "issue_type", "order__website"):
        summaries["payment", issue.pk] = WorkSummary(str(issue), issue.get_absolute_url(), issue.website_id)
    return summaries


class WebsiteLeads:
    """Leads by website: active leads who serve it (or all websites), and admins who enabled such notifications."""

    def __init__(self) -> None:
        opted_in = Q(notice_preferences__kind__in={*_LEADS.values(), *_LEADS_OF_UNOWNED.values()})
        recipients = Q(role=Role.LEAD) | Q(role__in=roles.ADMINS) & opted_in & (
            Q(notice_preferences__bell=True) | Q(notice_preferences__mail=True)
        )
        people = User.objects.filter(recipients, is_active=True).order_by("pk").values_list("pk", flat=True).distinct()
        self._served: dict[int, set[int]] = {pk: set() for pk in people}
        pairs = SupportProfile.websites.through.objects.filter(supportprofile__user__in=self._served)
        for user_id, website_id in pairs.values_list("supportprofile__user", "website"):
            self._served[user_id].add(website_id)

    def of(self, website_id: int | None) -> list[int]:
        """Ids of the leads of a website; all of them for work without a website."""
        return [pk for pk, served in self._served.items() if not served or not website_id or website_id in served]
