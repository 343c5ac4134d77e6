"""Who of the demo is there now, and how their last two weeks went."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from support_management.management.demo.cast import Player
from support_management.people.availability import service
from support_management.people.availability.models import AvailabilityInterval, PlannedAbsence
from support_management.people.models import SupportAvailability, User

LASTS = timedelta(days=400)
"""Nobody sits behind the people of a demo: they count as seen for so long, unless somebody signs in as them."""
WEEKS = 2
Cause = AvailabilityInterval.Cause


def fill(user: User, player: Player, moment: datetime) -> None:
    """The stored facts, the states of two weeks of working days, and the state that follows now."""
    here = player.says == "online"
    said = moment - timedelta(hours=2 if here or player.says == "break" else 40)
    SupportAvailability.objects.filter(user=user).update(
        says=player.says,
        since=said,
        state_since=said,
        last_seen_at=moment + LASTS if here else moment - timedelta(hours=40),
    )
    if player.absent:
        PlannedAbsence.objects.create(
            user=user,
            begins_at=moment - timedelta(hours=1),
            ends_at=moment + timedelta(days=6),
            reason=player.absent,
        )
    AvailabilityInterval.objects.filter(user=user).delete()
    past = [*_worked(user, said)]
    past[-1].ended_at = None
    AvailabilityInterval.objects.bulk_create(past)
    service.settle(user.pk)


def _worked(user: User, until: datetime) -> Iterator[AvailabilityInterval]:
    """Stretches that follow each other up to `until`, when the person came online."""
    chance = Random(f"attendance:{user.username}")
    at = until.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(weeks=WEEKS)
    changes = [(at, "offline", Cause.SIGNED_OUT)]
    for day in (at + timedelta(days=number) for number in range(7 * WEEKS)):
        if day.weekday() < 5:
            changes += [(day + timedelta(minutes=minute), state, cause) for minute, state, cause in _day(chance)]
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


def _day(chance: Random) -> Iterator[tuple[int, str, Cause]]:
    """Minutes of the day, and what the person did from then on."""
    comes, pauses, leaves = (chance.randrange(*span) for span in ((470, 560), (690, 760), (1000, 1080)))
    silent = chance.randrange(800, 980)
    yield comes, "online", Cause.SAID
    yield pauses, "break", Cause.SAID
    yield pauses + chance.randrange(20, 45), "online", Cause.SAID
    yield silent, "away", Cause.SILENT
    yield silent + chance.randrange(3, 15), "online", Cause.SEEN
    yield leaves, "offline", Cause.SIGNED_OUT
