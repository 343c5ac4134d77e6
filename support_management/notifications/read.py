"""Marking own notifications: seen (shown on screen) or read (opened, or marked by the person)."""

from django.db.models import F, QuerySet

from support_management.core.errors import NotFound
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import NotificationsRead
from support_management.notifications import queries
from support_management.notifications.models import SupportNotification
from support_management.people.models import User


def mark_seen(*, by: User, upto: int) -> int:
    """Mark notifications up to this id as seen; returns how many were unseen. Without any, nothing is written."""
    return _mark_seen(by=by, upto=upto) if queries.unseen(by.pk) else 0


@capability
def _mark_seen(*, by: User, upto: int) -> int:
    return _publish_if_any(_stamp(queries.of(by).filter(pk__lte=upto, seen_at=None), seen_at=now()), by)


@capability
def mark_as_read(*, notification: int, by: User) -> SupportNotification:
    """Mark one of the actor's notifications as read. NotFound for others."""
    row = own(notification=notification, by=by)
    if row.read_at is None:
        _read(queries.of(by).filter(pk=row.pk), by)
        row.refresh_from_db()
    return row


@capability
def mark_work_as_read(*, notification: int, by: User) -> int:
    """Mark a notification and all earlier ones about the same work as read; returns how many were unread."""
    row = own(notification=notification, by=by)
    rows = queries.of(by).filter(about_kind=row.about_kind, about_id=row.about_id, pk__lte=row.pk)
    return _read(rows, by)


def mark_about_as_read(*, kind: str, pk: int, by: User) -> int:
    """Mark the actor's notifications about a piece of work as read: they have it open. Returns how many were unread.

    Without any, nothing is written.
    """
    return _mark_about(by=by, kind=kind, pk=pk) if queries.has_unread(by.pk, kind, pk) else 0


@capability
def _mark_about(*, by: User, kind: str, pk: int) -> int:
    return _read(queries.of(by).filter(about_kind=kind, about_id=pk), by)


@capability
def mark_many_as_read(*, by: User, ids: list[int] | None = None, upto: int | None = None) -> int:
    """Mark the actor's notifications as read: `ids`, those up to an id, or all; returns how many were unread."""
    rows = queries.of(by)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    if upto is not None:
        rows = rows.filter(pk__lte=upto)
    return _read(rows, by)


def own(*, notification: int, by: User) -> SupportNotification:
    """One of the actor's notifications. NotFound for others."""
    row = queries.of(by).filter(pk=notification).first()
    if row is None:
        raise NotFound("This notification")
    return row


def _read(rows: QuerySet[SupportNotification], by: User) -> int:
    """Mark rows as read, which includes seen; returns how many were unread."""
    moment = now()
    _stamp(rows.filter(seen_at=None), seen_at=moment)
    return _publish_if_any(_stamp(rows.filter(read_at=None), read_at=moment), by)


def _stamp(rows: QuerySet[SupportNotification], **values) -> int:
    return rows.order_by().update(version=F("version") + 1, **values)


def _publish_if_any(count: int, by: User) -> int:
    if count:
        publish(NotificationsRead(recipient_id=by.pk))
    return count
