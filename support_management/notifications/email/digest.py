"""At most five mails of a person in ten minutes: what would be more goes as one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from support_management.notifications.email.outbox import AT_ONCE, SHOWN, State, digest_subject
from support_management.notifications.models import MailDuty

SPAN = timedelta(minutes=10)
JOINABLE = ("notice", "digest")
READERS = 500
"""People looked at in one go; the next look takes the others."""


def gather(moment: datetime) -> None:
    """Join what waits for people who would get too many, and let those wait whose ten minutes are full."""
    for reader in _readers(moment):
        who = {"person": reader["person"], "address": reader["address"]}
        if reader["went"] >= AT_ONCE:
            _due(moment).filter(**who).update(next_try_at=reader["first"] + SPAN)
        elif reader["went"] + reader["due"] > AT_ONCE:
            with transaction.atomic():
                _join(who)


def _due(moment: datetime) -> QuerySet[MailDuty]:
    return MailDuty.objects.filter(state=State.WAITING, next_try_at__lte=moment, template__in=JOINABLE)


def _readers(moment: datetime) -> list[dict]:
    """Who has mails due, how many, and what went to them in the last ten minutes."""
    waiting = Q(state=State.WAITING, next_try_at__lte=moment, template__in=JOINABLE)
    went = Q(tried_at__gt=moment - SPAN, tried_at__lte=moment) & ~Q(state__in=[State.WAITING, State.JOINED])
    rows = MailDuty.objects.filter(waiting | went).values("person", "address").order_by("person", "address")
    counted = rows.annotate(
        due=Count("pk", filter=waiting), went=Count("pk", filter=went), first=Min("tried_at", filter=went)
    )
    return [dict(row) for row in counted.filter(due__gt=0)[:READERS]]


def _join(who: dict) -> None:
    """The oldest becomes the digest. What was handed over once, perhaps, stays as it was."""
    waiting = MailDuty.objects.select_for_update().filter(**who, state=State.WAITING, doubts=0, template__in=JOINABLE)
    first, *rest = list(waiting.order_by("pk"))
    if not rest:
        return
    items = [item for row in (first, *rest) for item in row.facts["items"]]
    more = sum(row.facts["more"] for row in (first, *rest))
    facts = {"items": items[:SHOWN], "more": more + max(0, len(items) - SHOWN)}
    MailDuty.objects.filter(pk__in=[row.pk for row in rest]).update(state=State.JOINED, joined_to=first)
    MailDuty.objects.filter(pk=first.pk).update(
        kind="digest",
        template="digest",
        about_kind="",
        about_id=None,
        subject=digest_subject(facts),
        facts=facts,
    )
