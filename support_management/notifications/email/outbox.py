"""The mails that the desk owes: made with the change, many at once; tried again by hand when they were given up."""

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
"""Mails that one person may get one by one in ten minutes; more become one digest."""
SHOWN = 50
"""Notices that a digest lists; the rest is counted."""
PATIENCE = timedelta(days=3)
"""How long a mail is tried."""
State = MailDuty.State
TRIED_AGAIN = frozenset({State.WAITING, State.UNCERTAIN, State.DEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMail:
    """A mail to a person of the desk, or to an `address` outside it.

    Letters of the template "notice" may be joined to a digest; any other goes by itself, with its `facts`.
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
        """This letter as a line of a digest."""
        return {"text": self.subject, "link": self.link, "priority": self.priority}


def owe(letters: Iterable[OutgoingMail]) -> None:
    """In the transaction of the change, in one statement. Who would get more than five at once gets one digest."""
    by_reader: dict[tuple, list[OutgoingMail]] = defaultdict(list)
    rows, moment = [], now()
    for letter in letters:
        if letter.template == "notice":
            by_reader[letter.person_id, letter.address].append(letter)
        else:
            rows.append(_row(letter, letter.facts, moment))
    for its in by_reader.values():
        if len(its) > AT_ONCE:
            rows.append(_digest(its, moment))
        else:
            rows += [_row(letter, {"items": [letter.item], "more": 0}, moment) for letter in its]
    if rows:
        MailDuty.objects.bulk_create(rows)


def _row(letter: OutgoingMail, facts: dict, moment) -> MailDuty:
    kind, pk = letter.about or ("", None)
    return MailDuty(
        person_id=letter.person_id,
        address=letter.address,
        kind=letter.kind,
        about_kind=kind,
        about_id=pk,
        subject=letter.subject[:300],
        template=letter.template,
        facts=facts,
        next_try_at=moment,
        give_up_at=moment + PATIENCE,
    )


def _digest(letters: list[OutgoingMail], moment) -> MailDuty:
    facts = {"items": [one.item for one in letters[:SHOWN]], "more": max(0, len(letters) - SHOWN)}
    return MailDuty(
        person_id=letters[0].person_id,
        address=letters[0].address,
        kind="digest",
        subject=digest_subject(facts),
        template="digest",
        facts=facts,
        next_try_at=moment,
        give_up_at=moment + PATIENCE,
    )


def digest_subject(facts: dict) -> str:
    """What a digest says first."""
    count = len(facts["items"]) + facts["more"]
    critical = sum(item["priority"] == "critical" for item in facts["items"])
    if not critical:
        return f"{count} notifications"
    return f"{count} notifications, {'at least ' if facts['more'] else ''}{critical} critical"


@capability
def try_again(*, mail: int, by: User) -> None:
    """Now, for another three days. Conflict: it was sent, is being handed over, or is part of a digest."""
    row = MailDuty.objects.select_for_update().filter(pk=mail).first()
    if row is None:
        raise NotFound("This email")
    if row.state not in TRIED_AGAIN:
        raise Conflict("not_waiting", f"This email can't be retried: {row.get_state_display().lower()}.")
    moment = now()
    state = State.UNCERTAIN if row.doubts else State.WAITING
    MailDuty.objects.filter(pk=row.pk).update(state=state, next_try_at=moment, give_up_at=moment + PATIENCE, attempts=0)
    log.record(by=by, verb="try again", on=row, before={"state": row.state}, after={"state": state})
