"""Notification preferences: bell, email, both or none per kind."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from support_management.core.errors import Invalid
from support_management.events.capability import capability
from support_management.notifications.kinds import KINDS, offered_to
from support_management.notifications.models import NoticePreference
from support_management.people.models import User


class DeliveryChannels(NamedTuple):
    """Where a notification is delivered."""

    bell: bool
    mail: bool

    def without(self, others: "DeliveryChannels") -> "DeliveryChannels":
        """These channels, except the others."""
        return DeliveryChannels(self.bell and not others.bell, self.mail and not others.mail)


NO_CHANNEL = DeliveryChannels(bell=False, mail=False)


def default(kind: str) -> DeliveryChannels:
    """The channels of a kind without a preference. KeyError for an unknown kind."""
    return DeliveryChannels(KINDS[kind].bell, KINDS[kind].mail)


def of(person: User) -> dict[str, DeliveryChannels]:
    """The person's channels of each kind offered to them, in the order of KINDS."""
    chosen = of_many([person.pk])
    return {kind: chosen.get((person.pk, kind), default(kind)) for kind in offered_to(person)}


def of_many(people: Iterable[int]) -> dict[tuple[int, str], DeliveryChannels]:
    """The stored preferences of these people, by (person, kind), in one query."""
    rows = NoticePreference.objects.filter(person__in=set(people)).values_list("person", "kind", "bell", "mail")
    return {(person, kind): DeliveryChannels(bell, mail) for person, kind, bell, mail in rows}


@capability
def choose(*, by: User, choices: Mapping[str, DeliveryChannels]) -> None:
    """Store the actor's preferences; defaults are not stored. Invalid unknown_kind for a kind not offered to them."""
    offered = offered_to(by)
    for kind in choices:
        if kind not in offered:
            raise Invalid("unknown_kind", "Unknown notification type.", field=kind)
    NoticePreference.objects.filter(person=by, kind__in=choices).delete()
    NoticePreference.objects.bulk_create(
        NoticePreference(person=by, kind=kind, bell=channels.bell, mail=channels.mail)
        for kind, channels in choices.items()
        if channels != default(kind)
    )
