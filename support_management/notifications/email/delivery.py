"""Send what is due, each mail by one hand only, whoever looks and how often.

A mail is claimed before anything goes over the line. Who dies in between leaves a claim that runs out: then nobody
knows whether the server took the mail, and it goes again under the same Message-ID, marked as uncertain.
"""

import random
import time
from datetime import datetime, timedelta

from django.db.models import F, Q

from support_management.core.text import shown
from support_management.core.time import now
from support_management.notifications.email import rendering
from support_management.notifications.email.digest import gather
from support_management.notifications.email.outbox import State
from support_management.notifications.email.smtp import DeliveryOutcome, MailConnection
from support_management.notifications.models import MailDuty

RUN_SECONDS = 20
CLAIM = timedelta(seconds=90)
"""Longer than one mail can take: three answers of a server, ten seconds each."""
FIRST_WAIT, LONGEST_WAIT, LONGEST_WHILE_AWAY = 30, 3600, 300
ENDED = "The sending process ended before the mail server answered."
NOBODY = "No recipient: no email address, or the account is not active."


def send_due(*, seconds: float = RUN_SECONDS) -> int:
    """One run: how many mails the server took. Ends early when the server is away; leaves the rest to the next."""
    moment = now()
    if MailDuty.objects.filter(state=State.SENDING).exclude(_ran_out(moment)).exists():
        return 0  # somebody is at it: a slow server holds one worker, not all
    _doubt_the_abandoned(moment)
    if not _due(moment).exists():
        return 0
    gather(moment)
    return _send_until(time.monotonic() + seconds)


def _send_until(limit: float) -> int:
    sent = 0
    with MailConnection() as post:
        while time.monotonic() < limit and (duty := _claim()) is not None:
            outcome = _try(duty, post)
            _settle(duty, outcome)
            sent += outcome.word == "sent"
            if outcome.away or outcome.word == "doubt":
                _let_the_others_wait(duty, outcome)
                break
    return sent


def _due(moment: datetime):
    # A clock that was set back must not keep a mail longer than it could ever have had to wait.
    too_far = moment + timedelta(seconds=2 * LONGEST_WAIT)
    tried = Q(state__in=[State.WAITING, State.UNCERTAIN])
    return MailDuty.objects.filter(tried, Q(next_try_at__lte=moment) | Q(next_try_at__gt=too_far))


def _ran_out(moment: datetime) -> Q:
    """Claims that hold no longer, by whichever way the clock went."""
    return Q(next_try_at__lte=moment) | Q(next_try_at__gt=moment + CLAIM)


def _doubt_the_abandoned(moment: datetime) -> None:
    abandoned = MailDuty.objects.filter(_ran_out(moment), state=State.SENDING)
    abandoned.update(state=State.UNCERTAIN, doubts=F("doubts") + 1, error=ENDED, next_try_at=moment)


def _claim() -> MailDuty | None:
    """The mail that is due longest, ours until the claim runs out. None when there is none."""
    while True:
        moment = now()
        pk = _due(moment).order_by("next_try_at", "pk").values_list("pk", flat=True).first()
        if pk is None:
            return None
        facts = {"state": State.SENDING, "tried_at": moment, "next_try_at": moment + CLAIM}
        if _due(moment).filter(pk=pk).update(attempts=F("attempts") + 1, **facts):
            return MailDuty.objects.select_related("person").get(pk=pk)


def _try(duty: MailDuty, post: MailConnection) -> DeliveryOutcome:
    to = rendering.address_of(duty)
    if not to:
        return DeliveryOutcome("refused", NOBODY)
    try:
        mail = rendering.message(duty, to)
        mail.message()
    except Exception as trouble:  # one mail that cannot be written keeps none of the others
        return DeliveryOutcome("refused", f"This email could not be composed: {trouble}")
    return post.hand_over(mail)


def _settle(duty: MailDuty, outcome: DeliveryOutcome) -> None:
    """Only our own claim is settled: one that ran out belongs to somebody else by now."""
    facts = _after(duty, outcome, now()) | {"error": shown(outcome.error, 300)}
    MailDuty.objects.filter(pk=duty.pk, state=State.SENDING, attempts=duty.attempts).update(**facts)


def _after(duty: MailDuty, outcome: DeliveryOutcome, moment: datetime) -> dict:
    if outcome.word == "sent":
        return {"state": State.SENT, "sent_at": moment}
    doubts = duty.doubts + (outcome.word == "doubt")
    if outcome.word == "refused" or moment >= duty.give_up_at:
        return {"state": State.DEAD, "doubts": doubts}
    state = State.UNCERTAIN if doubts else State.WAITING
    return {"state": state, "doubts": doubts, "next_try_at": moment + wait_after(duty.attempts, away=outcome.away)}


def wait_after(attempts: int, *, away: bool = False) -> timedelta:
    """Half a minute, doubled each time up to an hour, or to five minutes while the server itself is away.

    A quarter more or less, so that not all come back at once.
    """
    longest = LONGEST_WHILE_AWAY if away else LONGEST_WAIT
    seconds = min(FIRST_WAIT * 2 ** min(attempts - 1, 12), longest)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))


def _let_the_others_wait(duty: MailDuty, outcome: DeliveryOutcome) -> None:
    """The server is in trouble: who is due now waits, and that is no attempt of theirs.

    After a broken line they wait the shortest time, so that one mail that breaks every line does not hold them.
    """
    moment = now()
    wait = wait_after(duty.attempts if outcome.away else 1, away=True)
    _due(moment).update(next_try_at=moment + wait, error=shown(outcome.error, 300))
