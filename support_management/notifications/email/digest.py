"""Digests: up to five mails per person in ten minutes; more are joined into one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet

from support_management.notifications.email.outbox import AT_ONCE, SHOWN, State, digest_subject
from support_management.notifications.models import MailDuty

SPAN = timedelta(minutes=10)
JOINABLE = ("notice", "digest")
READERS = 500
"""People handled per run; the next run continues."""


def gather(moment: datetime) -> None:
    """Join waiting mails of people over the limit, and postpone mails of people reader_key reached it."""
    for reader in _readers(moment):
        reader_key = {"person": reader["person"], "address": reader["address"]}
        if reader["sent"] >= AT_ONCE:
            _due(moment).filter(**reader_key).update(next_try_at=reader["first"] + SPAN)
        elif reader["sent"] + reader["due"] > AT_ONCE:
            with transaction.atomic():
                _join(reader_key)


def _due(moment: datetime) -> QuerySet[MailDuty]:
    return MailDuty.objects.filter(state=State.WAITING, next_try_at__lte=moment, template__in=JOINABLE)


def _readers(moment: datetime) -> list[dict]:
    """Recipients with due mails: number due, number sent in the last ten minutes, time of the first of those."""
    waiting = Q(state=State.WAITING, next_try_at__lte=moment, template__in=JOINABLE)
    sent = Q(tried_at__gt=moment - SPAN, tried_at__lte=moment) & ~Q(state__in=[State.WAITING, State.JOINED])
    rows = MailDuty.objects.filter(waiting | sent).values("person", "address").order_by("person", "address")
    counted = rows.annotate(
        due=Count("pk", filter=waiting), sent=Count("pk", filter=sent), first=Min("tried_at", filter=sent)
    )
    return [dict(row) for row in counted.filter(due__gt=0)[:READERS]]


def _join(reader_key: dict) -> None:
    """Turn the oldest mail into the digest. Mails with an uncertain attempt are left alone."""
    waiting = MailDuty.objects.select_for_update().filter(
        **reader_key, state=State.WAITING, doubts=0, template__in=JOINABLE
    )
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
