"""Seen: it stood on the person's screen. Read: they went there, or said so. Only ever one's own."""

from django.db.models import F, QuerySet

from support_management.core.errors import NotFound
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import NotificationsRead
from support_management.notifications import queries
from support_management.notifications.models import SupportNotification
from support_management.people.models import User


def see(*, by: User, upto: int) -> int:
    """Everything up to this notice stood on the screen. How many had not been seen. Most looks write nothing."""
    return _see(by=by, upto=upto) if queries.unseen(by.pk) else 0


@capability
def _see(*, by: User, upto: int) -> int:
    return _told(_stamp(queries.of(by).filter(pk__lte=upto, seen_at=None), seen_at=now()), by)


@capability
def mark_as_read(*, notification: int, by: User) -> SupportNotification:
    """One of one's own. NotFound otherwise."""
    row = _own(notification, by)
    if row.read_at is None:
        _read(queries.of(by).filter(pk=row.pk), by)
        row.refresh_from_db()
    return row


@capability
def mark_work_as_read(*, notification: int, by: User) -> int:
    """This notice and all earlier ones about the same piece of work. How many were unread."""
    row = _own(notification, by)
    its = queries.of(by).filter(about_kind=row.about_kind, about_id=row.about_id, pk__lte=row.pk)
    return _read(its, by)


@capability
def mark_many_as_read(*, by: User, ids: list[int] | None = None, upto: int | None = None) -> int:
    """Own unread notices: those named, those up to one, or all. How many were unread."""
    rows = queries.of(by)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    if upto is not None:
        rows = rows.filter(pk__lte=upto)
    return _read(rows, by)


def _own(notification: int, by: User) -> SupportNotification:
    row = queries.of(by).filter(pk=notification).first()
    if row is None:
        raise NotFound("This notification")
    return row


def _read(rows: QuerySet[SupportNotification], by: User) -> int:
    """Read is seen as well."""
    moment = now()
    _stamp(rows.filter(seen_at=None), seen_at=moment)
    return _told(_stamp(rows.filter(read_at=None), read_at=moment), by)


def _stamp(rows: QuerySet[SupportNotification], **facts) -> int:
    return rows.order_by().update(version=F("version") + 1, **facts)


def _told(count: int, by: User) -> int:
    if count:
        publish(NotificationsRead(recipient_id=by.pk))
    return count
