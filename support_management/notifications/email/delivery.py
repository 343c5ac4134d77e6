"""Delivery of due mails; each mail is sent by one process at a time.

A mail is claimed before it is sent. When the process dies in between, its claim expires: whether the server accepted
the mail is unknown, so it is sent again with the same Message-ID, marked as uncertain.
"""

import random
import time
from datetime import datetime, timedelta

from django.db.models import F, Q

from support_management.core.text import shown
from support_management.core.time import AHEAD, now
from support_management.notifications.email import rendering
from support_management.notifications.email.digest import gather
from support_management.notifications.email.outbox import State
from support_management.notifications.email.smtp import DeliveryOutcome, MailConnection
from support_management.notifications.models import MailDuty

RUN_SECONDS = 20
CLAIM_TIME = timedelta(seconds=90)
"""Longer than one mail can take: three server responses of up to ten seconds each."""
RETRYABLE = (State.WAITING, State.UNCERTAIN)
FIRST_WAIT, LONGEST_WAIT, LONGEST_WHILE_AWAY = 30, 3600, 300
ENDED = "The sending process ended before the mail server answered."
NOBODY = "No recipient: no email address, or the account is not active."


def send_due(*, seconds: float = RUN_SECONDS) -> int:
    """Send due mails for up to `seconds`; returns how many the server accepted. Ends early when it is unreachable."""
    moment = now()
    _bring_back(moment)
    if MailDuty.objects.filter(state=State.SENDING).exclude(_expired_claims(moment)).exists():
        return 0  # another worker is sending: a slow server blocks one worker, not all
    _mark_abandoned_uncertain(moment)
    if not _due(moment).exists():
        return 0
    gather(moment)
    return _send_until(time.monotonic() + seconds)


def oldest_due() -> datetime | None:
    """Since when the oldest mail waits that could be sent; None when none does."""
    return _due(now()).order_by("next_try_at", "pk").values_list("next_try_at", flat=True).first()


def _bring_back(moment: datetime) -> None:
    """Mails that were stored or tried in what is the future, since the clock was set back, are due now."""
    ahead = moment + AHEAD
    tried_ahead = Q(tried_at__gt=ahead) | Q(tried_at=None, created_at__gt=ahead)
    beyond_any_wait = Q(next_try_at__gt=moment + timedelta(seconds=2 * LONGEST_WAIT))
    late = MailDuty.objects.filter(tried_ahead | beyond_any_wait, state__in=RETRYABLE, next_try_at__gt=ahead)
    if late.exists():  # a read only: an idle run takes no write lock
        late.update(next_try_at=moment, tried_at=None)


def _send_until(limit: float) -> int:
    sent = 0
    with MailConnection() as connection:
        while time.monotonic() < limit and (duty := _claim()) is not None:
            outcome = _send(duty, connection)
            _settle(duty, outcome)
            sent += outcome.word == "sent"
            if outcome.away or outcome.word == "doubt":
                _postpone_others(duty, outcome)
                break
    return sent


def _due(moment: datetime):
    return MailDuty.objects.filter(state__in=RETRYABLE, next_try_at__lte=moment)


def _expired_claims(moment: datetime) -> Q:
    """Expired claims, also after the system clock was set back."""
    return Q(next_try_at__lte=moment) | Q(next_try_at__gt=moment + CLAIM_TIME)


def _mark_abandoned_uncertain(moment: datetime) -> None:
    abandoned = MailDuty.objects.filter(_expired_claims(moment), state=State.SENDING)
    abandoned.update(state=State.UNCERTAIN, doubts=F("doubts") + 1, error=ENDED, next_try_at=moment)


def _claim() -> MailDuty | None:
    """Claim the mail that has been due longest; None when no mail is due."""
    while True:
        moment = now()
        pk = _due(moment).order_by("next_try_at", "pk").values_list("pk", flat=True).first()
        if pk is None:
            return None
        values = {"state": State.SENDING, "tried_at": moment, "next_try_at": moment + CLAIM_TIME}
        if _due(moment).filter(pk=pk).update(attempts=F("attempts") + 1, **values):
            return MailDuty.objects.select_related("person").get(pk=pk)


def _send(duty: MailDuty, connection: MailConnection) -> DeliveryOutcome:
    to = rendering.address_of(duty)
    if not to:
        return DeliveryOutcome("refused", NOBODY)
    try:
        mail = rendering.message(duty, to)
        mail.message()
    except Exception as error:  # a mail that cannot be composed must not block the others
        return DeliveryOutcome("refused", f"This email could not be composed: {error}")
    return connection.send(mail)


def _settle(duty: MailDuty, outcome: DeliveryOutcome) -> None:
    """Store the outcome, only while the claim is still ours: another process may hold an expired one."""
    values = _after(duty, outcome, now()) | {"error": shown(outcome.error, 300)}
    MailDuty.objects.filter(pk=duty.pk, state=State.SENDING, attempts=duty.attempts).update(**values)


def _after(duty: MailDuty, outcome: DeliveryOutcome, moment: datetime) -> dict:
    if outcome.word == "sent":
        return {"state": State.SENT, "sent_at": moment}
    doubts = duty.doubts + (outcome.word == "doubt")
    if outcome.word == "refused" or moment >= duty.give_up_at:
        return {"state": State.DEAD, "doubts": doubts}
    state = State.UNCERTAIN if doubts else State.WAITING
    return {"state": state, "doubts": doubts, "next_try_at": moment + wait_after(duty.attempts, away=outcome.away)}


def wait_after(attempts: int, *, away: bool = False) -> timedelta:
    """Wait before the next attempt: 30 seconds, doubled up to an hour (five minutes while the server is unreachable).

    Varied by up to a quarter, so that retries spread out.
    """
    longest = LONGEST_WHILE_AWAY if away else LONGEST_WAIT
    seconds = min(FIRST_WAIT * 2 ** min(attempts - 1, 12), longest)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))


def _postpone_others(duty: MailDuty, outcome: DeliveryOutcome) -> None:
    """Postpone all due mails while the server has problems, without counting an attempt.

    After a broken connection they wait the shortest time, so that one mail that breaks connections does not block them.
    """
    moment = now()
    wait = wait_after(duty.attempts if outcome.away else 1, away=True)
    _due(moment).update(next_try_at=moment + wait, error=shown(outcome.error, 300))
