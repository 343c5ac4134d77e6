"""Whether owners have touched their work since they got it, and how long work that a hand gave them stays."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from django.conf import settings
from django.db.models import Max, Q

from support_management.audit.models import SupportActionLog
from support_management.core.time import NEVER
from support_management.disputes.models import Dispute
from support_management.routing.inputs.attention import OwnerAttention
from support_management.sla.clock.working_time import hours_of_each
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket, TicketMessage

_MOVES = ("assign",)
"""Audited actions that only change the owner."""
_AGENT_MESSAGES = (TicketMessage.Kind.REPLY, TicketMessage.Kind.NOTE)


class OwnerActivity:
    """What the owners of rows of one kind have done to them, and the clocks that run on the rows. Three queries."""

    def __init__(self, kind: str, rows: Sequence[Ticket | Dispute], attention: Mapping[int, OwnerAttention]) -> None:
        self._attention = attention
        self._owner = {row.pk: row.assignee_id for row in rows}
        self._clocks: dict[int, list[OrderDisputeSLA]] = defaultdict(list)
        for clock in OrderDisputeSLA.objects.filter(**{f"{kind}__in": list(self._owner)}, is_open=True):
            self._clocks[getattr(clock, f"{kind}_id")].append(clock)
        calendars = {clock.calendar_id for clocks in self._clocks.values() for clock in clocks}
        self._hours = hours_of_each(calendars) if calendars else {}
        self._last: dict[int, datetime] = {}
        self._read_actions(kind)
        if kind == "ticket":
            self._read_messages()

    def touched(self, pk: int, *, since: datetime) -> bool:
        """The owner has changed the work since then, has written a draft since then, or is active in it now."""
        seen = self._attention.get(pk, OwnerAttention())
        return seen.active or any(at is not None and at >= since for at in (self._last.get(pk), seen.drafted_at))

    def stays_until(self, pk: int, *, since: datetime) -> datetime:
        """Until when work stays that a hand gave then: some minutes, or a share of the target that is due first."""
        at_least = since + timedelta(minutes=settings.HOLD_MINUTES)
        clocks = self._clocks.get(pk)
        if not clocks:
            return at_least
        clock = min(clocks, key=attrgetter("due_at", "pk"))
        share = self._hours[clock.calendar_id].add(since, clock.target * settings.HOLD_TARGET_PERCENT / 100)
        return max(at_least, share) if share < NEVER else at_least

    def _read_actions(self, kind: str) -> None:
        """Audited actions on the work, and on its clocks: a lead who extends their own work has looked at it."""
        work_of = {clock.pk: pk for pk, clocks in self._clocks.items() for clock in clocks}
        on_work = Q(object_kind=kind, object_id__in=list(self._owner))
        on_clock = Q(object_kind=OrderDisputeSLA._meta.model_name, object_id__in=list(work_of))
        actions = SupportActionLog.objects.filter(on_work | on_clock).exclude(verb__in=_MOVES).order_by()
        for named, pk, actor_id, at in actions.values_list("object_kind", "object_id", "actor").annotate(Max("at")):
            self._note(pk if named == kind else work_of[pk], actor_id, at)

    def _read_messages(self) -> None:
        """Messages that were written without a capability have no action on the ticket."""
        messages = TicketMessage.objects.filter(ticket__in=list(self._owner), kind__in=_AGENT_MESSAGES).order_by()
        for pk, author_id, at in messages.values_list("ticket", "author").annotate(Max("created_at")):
            self._note(pk, author_id, at)

    def _note(self, pk: int, person_id: int | None, at: datetime) -> None:
        if person_id is not None and person_id == self._owner[pk]:
            self._last[pk] = max(at, self._last.get(pk, at))
