"""Who of the staff is available now, and the availability of the last two weeks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from support_management.management.demo.people.staff import StaffMember
from support_management.people.availability import service
from support_management.people.availability.models import AvailabilityInterval, PlannedAbsence
from support_management.people.models import SupportAvailability, User

SEEN_FOR = timedelta(days=400)
"""The staff of a demo has no browser open: they count as seen for this time, until someone signs in as them."""
WEEKS = 2
Cause = AvailabilityInterval.Cause


def fill(user: User, member: StaffMember, moment: datetime) -> None:
    """The status now, the intervals of two weeks of working days, and the availability that follows from them."""
    online = member.says == "online"
    since = moment - timedelta(hours=2 if online or member.says == "break" else 40)
    SupportAvailability.objects.filter(user=user).update(
        says=member.says,
        since=since,
        state="online",
        state_since=since,
        available=True,
        why_not="",
        last_seen_at=moment + SEEN_FOR if online else moment - timedelta(hours=40),
    )
    if member.absent:
        PlannedAbsence.objects.create(
            user=user,
            begins_at=moment - timedelta(hours=1),
            ends_at=moment + timedelta(days=6),
            reason=member.absent,
        )
    AvailabilityInterval.objects.filter(user=user).delete()
    past = [*_worked(user, since)]
    past[-1].ended_at = None
    AvailabilityInterval.objects.bulk_create(past)
    service.settle(user.pk)


def _worked(user: User, until: datetime) -> Iterator[AvailabilityInterval]:
    """Consecutive intervals up to `until`, when the person came online."""
    rng = Random(f"attendance:{user.username}")
    at = until.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(weeks=WEEKS)
    changes = [(at, "offline", Cause.SIGNED_OUT)]
    for day in (at + timedelta(days=number) for number in range(7 * WEEKS)):
        if day.weekday() < 5:
            changes += [(day + timedelta(minutes=minute), state, cause) for minute, state, cause in _day(rng)]
    changes = [*changes, (until, "online", Cause.SAID)]
    for (begin, state, cause), following in zip(changes, [*changes[1:], (None,)], strict=True):
        why_not = "" if state == "online" else state
        yield AvailabilityInterval(
            user=user,
            state=state,
            available=not why_not,
            why_not=why_not,
            cause=cause,
            by=user if cause in (Cause.SAID, Cause.SIGNED_OUT) else None,
            began_at=begin,
            ended_at=following[0],
        )


def _day(rng: Random) -> Iterator[tuple[int, str, Cause]]:
    """(minute of the day, state from then on, its cause)."""
    online, on_break, offline = (rng.randrange(*span) for span in ((470, 560), (690, 760), (1000, 1080)))
    away = rng.randrange(800, 980)
    yield online, "online", Cause.SAID
    yield on_break, "break", Cause.SAID
    yield on_break + rng.randrange(20, 45), "online", Cause.SAID
    yield away, "away", Cause.SILENT
    yield away + rng.randrange(3, 15), "online", Cause.SEEN
    yield offline, "offline", Cause.SIGNED_OUT
