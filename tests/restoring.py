"""What a restore does to the history of the test database, without a backup."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from support_management.core import sequences
from support_management.events import positions
from support_management.events.bus import publish
from support_management.events.catalogue import DashboardRefreshed
from support_management.events.models import DomainEvent, Epoch


def happen(times: int = 1) -> None:
    """Something happens, so many times."""
    for number in range(times):
        with transaction.atomic():
            publish(DashboardRefreshed(agent_id=number))
    positions.place()


@contextmanager
def restored(*, then: int = 0) -> Iterator[None]:
    """Events inside are gone afterwards, histories too, and numbers given inside can be given again.

    `then`: so many other events are there when somebody looks again.
    """
    positions.place()
    head, epochs, numbers = positions.head(), positions.epochs(), sequences.highest()
    yield
    positions.place()
    with transaction.atomic():
        DomainEvent.objects.filter(pos__gt=head)._raw_delete(connection.alias)
        Epoch.objects.exclude(value__in=epochs).delete()
        for name, value in numbers.items():
            sequences._set(name, max(value, 1))
        happen(then)
