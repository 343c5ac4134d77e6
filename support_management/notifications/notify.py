"""Who is told what. Called by the switchboard and by sweeps, in the transaction of the change."""

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
from support_management.people.models import User
from support_management.people.owner_changes import UNSTATED
from support_management.tickets.models import Ticket

TEXT_LIMIT, NAME_LIMIT = 300, 250
NOTE_LIMIT = 130
"""Of the note of whoever had the work; all of it stands in the history."""
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
    "created_at",
    "version",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence for one person: the `name` of the work, then `text`, such as "is at risk".

    `kind` is one of kinds.KINDS. `link` is found by `about` when it is not given. The same `dedup` tells the same
    person once, whatever runs twice. `template` and `facts` make its mail a letter of its own.
    """

    recipient_id: int
    kind: str
    text: str
    name: str = ""
    priority: str = "medium"
    about: About | None = None
    link: str = ""
    dedup: str | None = None
    template: str = "notice"
    facts: dict = field(default_factory=dict)


def tell(notices: Iterable[Notice]) -> int:
    """Rows for bell and mail, as each person prefers; how many were news. The same few statements for one or 5,000."""
    asked = list({(one.recipient_id, one.dedup or at): one for at, one in enumerate(notices)}.values())
    if not asked:
        return 0
    chosen = preferences.of_many(one.recipient_id for one in asked)
    ways = [chosen.get((one.recipient_id, one.kind)) or preferences.default(one.kind) for one in asked]
    known = _told_before(asked)
    told = [
        (one, way)
        for one, way in zip(asked, ways, strict=True)
        if any(way) and (one.recipient_id, one.dedup) not in known
    ]
    if told:
        _keep(told, links.links(one.about for one, _ in told if one.about and not one.link))
    return len(told)


def _told_before(asked: Sequence[Notice]) -> set[tuple[int, str | None]]:
    reasons = {one.dedup for one in asked if one.dedup}
    if not reasons:
        return set()
    people = {one.recipient_id for one in asked}
    rows = SupportNotification.objects.filter(recipient__in=people, dedup__in=reasons)
    return set(rows.values_list("recipient", "dedup"))


def _keep(told: list[tuple[Notice, DeliveryChannels]], found: dict[About, str]) -> None:
    moment = now()
    rows, letters = [], []
    for one, way in told:
        kind, pk = one.about or ("", None)
        name, text = _fitting(one.name, one.text)
        link = one.link or found.get((kind, pk or 0), "")
        facts = (one.recipient_id, one.kind, one.priority, text, name, link, kind, pk, one.dedup, way.bell)
        rows.append((*facts, moment, 1))
        if way.mail:
            letters.append(_letter(one, text, link))
    # Another sweep may be writing the same reason at this moment: then its row stands.
    insert_new(SupportNotification, COLUMNS, rows)
    outbox.owe(letters)
    heard = sorted({one.recipient_id for one, way in told if way.bell})
    if heard:
        publish_all([NotificationCreated(recipient_id=pk) for pk in heard])


def _letter(one: Notice, text: str, link: str) -> OutgoingMail:
    return OutgoingMail(
        person_id=one.recipient_id,
        kind=one.kind,
        subject=text,
        link=link,
        priority=one.priority,
        about=one.about,
        template=one.template,
        facts={"items": [{"text": text, "link": link}], "more": 0} | one.facts,
    )


def _fitting(name: str, words: str) -> tuple[str, str]:
    """The words are never what a long name pushes out."""
    if not name:
        return "", words[:TEXT_LIMIT]
    room = min(TEXT_LIMIT - len(words) - 2, NAME_LIMIT)
    short = name if len(name) <= room else name[: max(room - 1, 0)] + "…"
    return short, f"{short}: {words}"[:TEXT_LIMIT]


def report_made(*, text: str, link: str, dedup: str, facts: dict) -> None:
    """Every lead and admin is notified of a finished report, once each, by bell or mail as they prefer."""
    leads = User.objects.filter(role__in=roles.LEADS, is_active=True).order_by("pk").values_list("pk", flat=True)
    tell(
        Notice(recipient_id=pk, kind="report", text=text, link=link, dedup=dedup, template="report", facts=facts)
        for pk in leads
    )


def owner_changed(event: TicketAssigned | DisputeAssigned) -> None:
    """Both sides are told why, except who did it; whoever takes over gets the note, too."""
    told = []
    why = "" if event.reason in UNSTATED else f": {event.reason}"
    if event.agent_id and event.agent_id != event.by_id:
        note = f". {shown(event.note, NOTE_LIMIT)}" if event.note else ""
        told.append((event.agent_id, "assigned", f"assigned to you{why}{note}"))
    if event.previous_id and event.previous_id not in (event.by_id, event.agent_id):
        words = "reassigned" if event.agent_id else "unassigned"
        told.append((event.previous_id, "taken_away", f"{words}{why}"))
    if not told:
        return
    about, work = _work(event)
    tell(
        Notice(recipient_id=pk, kind=kind, text=words, name=str(work), about=about, link=work.get_absolute_url())
        for pk, kind, words in told
    )


def _work(event: TicketAssigned | DisputeAssigned) -> tuple[About, Ticket | Dispute]:
    ticket_id = getattr(event, "ticket_id", None)
    if ticket_id:
        return ("ticket", ticket_id), Ticket.objects.get(pk=ticket_id)
    dispute_id = getattr(event, "dispute_id", 0)
    return ("dispute", dispute_id), Dispute.objects.get(pk=dispute_id)
