"""Creation of notifications, by the switchboard and by sweeps, in the transaction of the change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from support_management.core.bulk import insert_new
from support_management.core.text import shown
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.bus import publish_all
from support_management.events.catalogue import DisputeAssigned, NotificationCreated, TicketAssigned
from support_management.notifications import links, preferences
from support_management.notifications.email import outbox
from support_management.notifications.email.outbox import OutgoingMail
from support_management.notifications.links import About
from support_management.notifications.models import SupportNotification
from support_management.notifications.preferences import DeliveryChannels
from support_management.people import roles
from support_management.people.assignment_rules import UNSTATED
from support_management.people.models import User
from support_management.tickets.models import Ticket

TEXT_LIMIT, NAME_LIMIT = 300, 250
NOTE_LIMIT = 130
"""Characters of a handoff note in a notification; the assignment history has the whole note."""
TOLD_AT_ONCE = ("unserved",)
"""Causes by which an agent loses many pieces of work together: one notification for all of them."""
COLUMNS = (
    "recipient",
    "kind",
    "priority",
    "text",
    "name",
    "link",
    "about_kind",
    "about_id",
    "dedup",
    "on_bell",
    "by_mail",
    "created_at",
    "version",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notification for one person: the `name` of the work, then `text`, such as "is at risk".

    `kind` is a key of kinds.KINDS. `actor_id`: who caused it; own actions tell nobody themselves. Without a `link`, the
    page of `about` is used. A person gets one notification per `dedup` key. `template` and its context `facts` give the
    notification a mail layout of its own. `inside` follows `text` on the bell only: words of messages and notes do not
    leave by mail. `known_by`: the channels by which the person has heard the same already; they are left out.
    """

    recipient_id: int
    kind: str
    text: str
    inside: str = ""
    actor_id: int | None = None
    name: str = ""
    priority: str = "medium"
    about: About | None = None
    link: str = ""
    dedup: str | None = None
    template: str = "notice"
    facts: dict = field(default_factory=dict)
    known_by: DeliveryChannels = preferences.NO_CHANNEL


def send(notices: Iterable[Notice]) -> int:
    """Store the new notifications for bell and mail, as each person prefers; returns their number.

    Costs the same few statements for one notice or 5,000.
    """
    others = [notice for notice in notices if notice.recipient_id != notice.actor_id]
    unique = list({(notice.recipient_id, notice.dedup or at): notice for at, notice in enumerate(others)}.values())
    if not unique:
        return 0
    chosen = preferences.of_many(notice.recipient_id for notice in unique)
    channels = [
        (chosen.get((notice.recipient_id, notice.kind)) or preferences.default(notice.kind)).without(notice.known_by)
        for notice in unique
    ]
    existing = _existing_keys(unique)
    deliveries = [
        (notice, channel)
        for notice, channel in zip(unique, channels, strict=True)
        if any(channel) and (notice.recipient_id, notice.dedup) not in existing
    ]
    if deliveries:
        _store(deliveries, links.links(notice.about for notice, _ in deliveries if notice.about and not notice.link))
    return len(deliveries)


def _existing_keys(notices: Sequence[Notice]) -> set[tuple[int, str | None]]:
    keys = {notice.dedup for notice in notices if notice.dedup}
    if not keys:
        return set()
    people = {notice.recipient_id for notice in notices}
    rows = SupportNotification.objects.filter(recipient__in=people, dedup__in=keys)
    return set(rows.values_list("recipient", "dedup"))


def _store(deliveries: list[tuple[Notice, DeliveryChannels]], paths: dict[About, str]) -> None:
    moment = now()
    rows, mails = [], []
    for notice, channels in deliveries:
        kind, pk = notice.about or ("", None)
        name, text = _shortened(notice.name, notice.text + notice.inside)
        link = notice.link or paths.get((kind, pk or 0), "")
        values = (notice.recipient_id, notice.kind, notice.priority, text, name, link, kind, pk, notice.dedup)
        rows.append((*values, channels.bell, channels.mail, moment, 1))
        if channels.mail:
            mails.append(_mail(notice, _shortened(notice.name, notice.text)[1], link))
    # A concurrent sweep may be inserting the same key: then its row is kept.
    insert_new(SupportNotification, COLUMNS, rows)
    outbox.enqueue(mails)
    recipients = sorted({notice.recipient_id for notice, channels in deliveries if channels.bell})
    if recipients:
        publish_all([NotificationCreated(recipient_id=pk) for pk in recipients])


def _mail(notice: Notice, text: str, link: str) -> OutgoingMail:
    return OutgoingMail(
        person_id=notice.recipient_id,
        kind=notice.kind,
        subject=text,
        link=link,
        priority=notice.priority,
        about=notice.about,
        template=notice.template,
        facts={"items": [{"text": text, "link": link}], "more": 0} | notice.facts,
    )


def _shortened(name: str, text: str) -> tuple[str, str]:
    """Name and "name: text" within their limits; a long name is cut before the text."""
    if not name:
        return "", text[:TEXT_LIMIT]
    room = min(TEXT_LIMIT - len(text) - 2, NAME_LIMIT)
    short = name if len(name) <= room else name[: max(room - 1, 0)] + "…"
    return short, f"{short}: {text}"[:TEXT_LIMIT]


def report_made(*, text: str, link: str, dedup: str, facts: dict) -> None:
    """Notify each lead and admin of a finished report once."""
    leads = User.objects.filter(role__in=roles.LEADS, is_active=True).order_by("pk").values_list("pk", flat=True)
    send(
        Notice(recipient_id=pk, kind="report", text=text, link=link, dedup=dedup, template="report", facts=facts)
        for pk in leads
    )


def owner_changed(event: TicketAssigned | DisputeAssigned, *, giver_id: int | None = None) -> None:
    """Notify the new assignee (with the handoff note) and the previous owner.

    `giver_id`: who had assigned it to the previous owner; they hear that a rule has reassigned it.
    """
    messages = []
    why = "" if event.reason in UNSTATED else f": {event.reason}"
    if event.agent_id:
        note = f". {shown(event.note, NOTE_LIMIT)}" if event.note else ""
        messages.append((event.agent_id, "assigned", f"assigned to you{why}", note))
    word = "reassigned" if event.agent_id else "unassigned"
    if event.previous_id and event.previous_id != event.agent_id and event.cause not in TOLD_AT_ONCE:
        messages.append((event.previous_id, "taken_away", f"{word}{why}", ""))
    if giver_id and giver_id != event.agent_id:
        messages.append((giver_id, "moved_on", f"{word}{why}", ""))
    if all(pk == event.by_id for pk, *_ in messages):
        return
    about, work = _work(event)
    values: dict = {"name": str(work), "about": about, "link": work.get_absolute_url(), "actor_id": event.by_id}
    send(Notice(recipient_id=pk, kind=kind, text=text, inside=note, **values) for pk, kind, text, note in messages)


def _work(event: TicketAssigned | DisputeAssigned) -> tuple[About, Ticket | Dispute]:
    ticket_id = getattr(event, "ticket_id", None)
    if ticket_id:
        return ("ticket", ticket_id), Ticket.objects.get(pk=ticket_id)
    dispute_id = getattr(event, "dispute_id", 0)
    return ("dispute", dispute_id), Dispute.objects.get(pk=dispute_id)
