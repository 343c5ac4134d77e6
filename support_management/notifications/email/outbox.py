"""The outbox: mails are stored in the transaction of the change, and failed ones can be retried manually."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from support_management.audit import log
from support_management.core.errors import Conflict, NotFound
from support_management.core.time import now
from support_management.events.capability import capability
from support_management.notifications.links import About
from support_management.notifications.models import MailDuty
from support_management.people.models import User

AT_ONCE = 5
"""Single mails per person in ten minutes; more become one digest."""
SHOWN = 50
"""Notifications listed in a digest; more are counted."""
PATIENCE = timedelta(days=3)
"""How long delivery is attempted."""
State = MailDuty.State
RETRYABLE = frozenset({State.WAITING, State.UNCERTAIN, State.DEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail to a person of the team, or to an external `address`.

    Mails of the template "notice" may be joined into a digest; others are sent separately, with `facts` as context.
    """

    kind: str
    subject: str
    person_id: int | None = None
    address: str = ""
    link: str = ""
    priority: str = "medium"
    about: About | None = None
    template: str = "notice"
    facts: dict = field(default_factory=dict)

    @property
    def item(self) -> dict:
        """This mail as a line of a digest."""
        return {"text": self.subject, "link": self.link, "priority": self.priority}


def enqueue(mails: Iterable[OutgoingMail]) -> None:
    """Store mails in the transaction of the change, in one statement. More than AT_ONCE per person become a digest."""
    by_reader: dict[tuple, list[OutgoingMail]] = defaultdict(list)
    rows, moment = [], now()
    for mail in mails:
        if mail.template == "notice":
            by_reader[mail.person_id, mail.address].append(mail)
        else:
            rows.append(_row(mail, mail.facts, moment))
    for group in by_reader.values():
        if len(group) > AT_ONCE:
            rows.append(_digest(group, moment))
        else:
            rows += [_row(mail, {"items": [mail.item], "more": 0}, moment) for mail in group]
    if rows:
        MailDuty.objects.bulk_create(rows)


def _row(mail: OutgoingMail, facts: dict, moment) -> MailDuty:
    kind, pk = mail.about or ("", None)
    return MailDuty(
        person_id=mail.person_id,
        address=mail.address,
        kind=mail.kind,
        about_kind=kind,
        about_id=pk,
        subject=mail.subject[:300],
        template=mail.template,
        facts=facts,
        next_try_at=moment,
        give_up_at=moment + PATIENCE,
    )


def _digest(mails: list[OutgoingMail], moment) -> MailDuty:
    facts = {"items": [mail.item for mail in mails[:SHOWN]], "more": max(0, len(mails) - SHOWN)}
    return MailDuty(
        person_id=mails[0].person_id,
        address=mails[0].address,
        kind="digest",
        subject=digest_subject(facts),
        template="digest",
        facts=facts,
        next_try_at=moment,
        give_up_at=moment + PATIENCE,
    )


def digest_subject(facts: dict) -> str:
    """The subject of a digest."""
    count = len(facts["items"]) + facts["more"]
    critical = sum(item["priority"] == "critical" for item in facts["items"])
    if not critical:
        return f"{count} notifications"
    return f"{count} notifications, {'at least ' if facts['more'] else ''}{critical} critical"


@capability
def try_again(*, mail: int, by: User) -> None:
    """Retry now, for another three days. Conflict not_waiting: it was sent, is being sent, or is part of a digest."""
    row = MailDuty.objects.select_for_update().filter(pk=mail).first()
    if row is None:
        raise NotFound("This email")
    if row.state not in RETRYABLE:
        raise Conflict("not_waiting", f"This email can't be retried: {row.get_state_display().lower()}.")
    moment = now()
    state = State.UNCERTAIN if row.doubts else State.WAITING
    MailDuty.objects.filter(pk=row.pk).update(state=state, next_try_at=moment, give_up_at=moment + PATIENCE, attempts=0)
    log.record(by=by, verb="try again", on=row, before={"state": row.state}, after={"state": state})
