"""An agent no longer serves a website: the agent and the leads are told how much work became unassigned."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from django.urls import reverse

from support_management.disputes.models import Dispute
from support_management.notifications.deadlines import WebsiteLeads
from support_management.notifications.notify import Notice, send
from support_management.tickets.models import Ticket

type Work = Ticket | Dispute


def notify(released: Sequence[Work]) -> None:
    """One notification for each agent and each of their leads. `released`: ordered by agent, with owner and website."""
    if released:
        leads = WebsiteLeads()
        by_agent = groupby(released, key=attrgetter("assignee_id"))
        send(notice for _, works in by_agent for notice in _notices(list(works), leads))


def _notices(works: list[Work], leads: WebsiteLeads) -> Iterator[Notice]:
    agent = works[0].assignee
    if agent is None:
        return
    websites = {website.pk: str(website) for website in map(_website, works)}
    text = f"{', '.join(sorted(websites.values()))}: {_counted(works)} unassigned"
    link = reverse("queue")
    yield Notice(recipient_id=agent.pk, kind="taken_away", text=f"You no longer cover {text}", link=link)
    for pk in sorted({lead for website in websites for lead in leads.of(website)} - {agent.pk}):
        yield Notice(recipient_id=pk, kind="team_unserved", text=f"{agent} no longer covers {text}", link=link)


def _website(work: Work):
    return work.website if isinstance(work, Ticket) else work.order.website


def _counted(works: list[Work]) -> str:
    tickets = sum(isinstance(work, Ticket) for work in works)
    counts = [(tickets, "ticket"), (len(works) - tickets, "dispute")]
    return " and ".join(f"{n} {noun}{'s' * (n > 1)}" for n, noun in counts if n)
