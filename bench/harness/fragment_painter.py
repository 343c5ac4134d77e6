"""Paints a single live fragment for a lead and an agent who have every pane open. Needs Django to be set up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

import console.fragments  # noqa: F401  (fills the table)
from console.fragments import rendering as fragment_rendering
from console.fragments import row_cache
from console.fragments.registry import FRAGMENTS, DirtyFragments, find_pane
from console.live import rendering
from support_management.disputes.models import Dispute
from support_management.events import positions
from support_management.events.suppression import quietly
from support_management.notifications.models import SupportNotification
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import queries
from support_management.tickets.models import Ticket, TicketMessage

NOTIFICATIONS = 60
TICKETS_IN_NOTIFICATIONS = 20


class NotPaintedError(Exception):
    """No screen shows the fragment: its time would be the time of doing nothing."""


class FragmentPainter:
    """Holds one object of each noun that is the same at every size of the database."""

    def __init__(self, *, lead: User, agent: User):
        self.people = (lead, agent)
        self.ticket = Ticket.objects.filter(is_open=True, assignee=agent).order_by("pk").first()
        self.message = TicketMessage.objects.filter(ticket=self.ticket).order_by("-pk").first()
        self.dispute = Dispute.objects.order_by("pk").first()
        self.unassigned = Ticket.objects.filter(is_open=True, assignee=None).order_by("pk").first()
        self.issue = PaymentIssueLog.objects.filter(is_open=True).order_by("pk").first()
        self._send_notifications()
        self.without_policy = self._add_ticket_without_policy()

    def action(self, name: str) -> Callable[[], int]:
        """Paints the fragment once; returns the bytes of HTML. NotPaintedError when no screen shows it.

        Some come only together with others of their noun: then all of these are painted.
        """
        siblings = [row for row in FRAGMENTS if row.partition(".")[0] == name.partition(".")[0]]
        for names in ([name], siblings):
            paint = self._pass_of(names)
            if FRAGMENTS[name].template in _templates_rendered_by(paint):
                return paint
        raise NotPaintedError(f"{name} is painted on no screen of this audience")

    def _pass_of(self, names: list[str]) -> Callable[[], int]:
        subjects, audiences, position = self._subjects(), self._audiences(), positions.head()

        def paint() -> int:
            dirt = DirtyFragments()
            for name in names:
                dirt.subjects[name] |= subjects
            screens = rendering.paint(pos=position, dirt=dirt, audiences=audiences)
            return sum(len(part.html or "") for parts in screens.values() for part in parts or ())

        return paint

    def _subjects(self) -> set[tuple[str, int]]:
        tickets = (self.ticket, self.unassigned, self.without_policy)
        subjects = {("ticket", ticket.pk) for ticket in tickets} | {("message", self.message.pk)}
        subjects |= {("dispute", self.dispute.pk), ("order", self.dispute.order_id), ("payment", self.issue.pk)}
        return subjects | {(noun, person.pk) for noun in ("agent", "person") for person in self.people}

    def _audiences(self) -> list[rendering.Audience]:
        return [(viewer, self._panes(viewer.id, viewer)) for viewer in map(viewer_of, self.people)]

    def _panes(self, person: int, viewer) -> tuple:
        names = [f"queue.{lane}" for lane in queries.LANES]
        names += [f"ticket.{self.ticket.pk}", f"clocks.ticket-{self.ticket.pk}", f"what_if.{self.unassigned.pk}"]
        names += [f"dashboard.{self.people[1].pk}", "team", "workload", "disputes", "sla.all"]
        names += ["orders.all", f"order.{self.dispute.order_id}", "payments.open", f"payment.{self.issue.pk}"]
        names += [f"{pane}.{person}" for pane in ("bell", "notices", "me")]
        panes = (pane for pane in map(find_pane, names) if pane)
        return tuple((pane, arg) for pane, arg in panes if pane.may_see(viewer, arg))

    def _send_notifications(self) -> None:
        tickets = list(Ticket.objects.order_by("pk")[:TICKETS_IN_NOTIFICATIONS])
        rows = [
            SupportNotification(
                recipient=person,
                kind="sla_risk",
                text="is at risk",
                name=f"{ticket.number}: {ticket.subject}",
                link=ticket.get_absolute_url(),
                about_kind="ticket",
                about_id=ticket.pk,
            )
            for person in self.people
            for ticket in (tickets * NOTIFICATIONS)[:NOTIFICATIONS]
        ]
        with quietly():
            SupportNotification.objects.bulk_create(rows)

    def _add_ticket_without_policy(self) -> Ticket:
        """Written past the capabilities, so that no clock is started for it."""
        like = self.ticket
        ticket = Ticket(
            subject="No target", status="open", requester=like.requester, type=like.type, website=like.website
        )
        with quietly():
            Ticket.objects.bulk_create([ticket])
        return ticket


def _templates_rendered_by(paint: Callable[[], int]) -> set[str]:
    with _rendered_templates() as templates:
        paint()
    return templates


@contextmanager
def _rendered_templates() -> Iterator[set[str]]:
    """The templates of the fragments that are rendered meanwhile; rows that were kept are rendered again."""
    templates: set[str] = set()
    render_to_string = fragment_rendering.render_to_string

    def noted(template, *args, **options):
        templates.add(template)
        return render_to_string(template, *args, **options)

    def render_again(key, make, *, pos):
        return make(str(pos))

    with patch.object(fragment_rendering, "render_to_string", noted), patch.object(row_cache, "html", render_again):
        yield templates
