"""Where a person hears of which kind of notice: in the bell, by e-mail, both, or nowhere."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from support_management.core.errors import Invalid
from support_management.events.capability import capability
from support_management.notifications.kinds import KINDS, offered_to
from support_management.notifications.models import NoticePreference
from support_management.people.models import User


class DeliveryChannels(NamedTuple):
    """Where a notice goes."""

    bell: bool
    mail: bool


def default(kind: str) -> DeliveryChannels:
    """Unless somebody chose. KeyError for a kind that is not in the table."""
    return DeliveryChannels(KINDS[kind].bell, KINDS[kind].mail)


def of(person: User) -> dict[str, DeliveryChannels]:
    """What holds for the person now, in the order of the table."""
    chosen = of_many([person.pk])
    return {kind: chosen.get((person.pk, kind), default(kind)) for kind in offered_to(person)}


def of_many(people: Iterable[int]) -> dict[tuple[int, str], DeliveryChannels]:
    """What these people chose themselves, by (person, kind). One statement however many."""
    rows = NoticePreference.objects.filter(person__in=set(people)).values_list("person", "kind", "bell", "mail")
    return {(person, kind): DeliveryChannels(bell, mail) for person, kind, bell, mail in rows}


@capability
def choose(*, by: User, choices: Mapping[str, DeliveryChannels]) -> None:
    """Keep these choices of one's own; what is as the kind itself says is not kept. Invalid: no such kind for them."""
    offered = offered_to(by)
    for kind in choices:
        if kind not in offered:
            raise Invalid("unknown_kind", "Unknown notification type.", field=kind)
    NoticePreference.objects.filter(person=by, kind__in=choices).delete()
    NoticePreference.objects.bulk_create(
        NoticePreference(person=by, kind=kind, bell=ways.bell, mail=ways.mail)
        for kind, ways in choices.items()
        if ways != default(kind)
    )
