"""How many tickets and replies a client or writer can send, so that one of them cannot fill everybody's lists.

Only their own calls of the API count, by the audit: not what the desk, an import, the demo or the simulator does for
them. Nobody else is asked anything, and no reply is refused because of the number of open tickets.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from support_management.audit.models import SupportActionLog
from support_management.core import request_context
from support_management.core.errors import SlowDown
from support_management.core.time import AHEAD, now
from support_management.people import roles
from support_management.people.models import User
from support_management.tickets.models import Ticket, TicketMessage

WINDOW = timedelta(minutes=1)
OPENED, REPLIED = "create", TicketMessage.Kind.REQUESTER.value
"""Verbs of the audit."""
OPEN_WAIT_SECONDS = 600
"""Nobody knows when one of the open tickets will be resolved."""


class BudgetSpent(SlowDown):
    """The party has sent too much. `wait`: seconds until more is taken."""

    def __init__(self, sentence: str, wait: int):
        super().__init__(wait)
        self.text = sentence


@contextmanager
def opening(by: User) -> Iterator[None]:
    """Around the opening of a ticket: BudgetSpent after too many in the last minute, or with too many open."""
    with _own_call(by) as counts:
        if counts:
            most = settings.PARTY_TICKETS_PER_MINUTE
            _require_within(most, _own(by, OPENED), f"You can open {most} tickets a minute.")
            _require_few_open(by)
        yield


@contextmanager
def replying(by: User) -> Iterator[None]:
    """Around a reply: BudgetSpent after too many in the last minute."""
    with _own_call(by) as counts:
        if counts:
            most = settings.PARTY_REPLIES_PER_MINUTE
            _require_within(most, _own(by, REPLIED), f"You can send {most} replies a minute.")
        yield


@contextmanager
def _own_call(by: User) -> Iterator[bool]:
    """Whether a party calls for themselves. Then in a transaction with their row locked: no two calls count as one."""
    if by.role not in roles.PARTIES or request_context.current().door != request_context.API:
        yield False
        return
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        yield True


def _own(by: User, verb: str) -> QuerySet[SupportActionLog]:
    return SupportActionLog.objects.filter(actor=by, verb=verb, object_kind="ticket", door=request_context.API)


def _require_within(most: int, actions: QuerySet[SupportActionLog], sentence: str) -> None:
    moment = now()
    counting = actions.filter(at__gt=moment - WINDOW, at__lte=moment + AHEAD)
    latest = list(counting.order_by("-at").values_list("at", flat=True)[:most])
    if len(latest) == most:
        raise BudgetSpent(sentence, math.ceil((latest[-1] + WINDOW - moment).total_seconds()))


def _require_few_open(by: User) -> None:
    most, own = settings.PARTY_OPEN_TICKETS, _own(by, OPENED).filter(object_id=OuterRef("pk"))
    rows = Ticket.objects.filter(Exists(own), requester=by, is_open=True).order_by()
    if rows[:most].count() == most:
        raise BudgetSpent(f"You have {most} open tickets. Reply to one of them instead.", OPEN_WAIT_SECONDS)
