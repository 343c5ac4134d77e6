"""Changing the owner of work: the rules and reasons that tickets and disputes share."""

from dataclasses import dataclass, replace

from support_management.core import text
from support_management.core.errors import Invalid, NotAllowed
from support_management.people import load
from support_management.people.models import User

REASON_LIMIT = 80
"""Characters of a reason: forms, API, templates and the assignment history read it here."""
UNSTATED = ("assigned", "claimed", "released")
"""Reasons that repeat what happened; sentences leave them out."""


@dataclass(frozen=True, slots=True)
class TransferReason:
    """Why work changes its owner. `cause` is a value of ReassignmentLog.Cause; empty, it follows from who does it.

    `reason` is a sentence, `note` what the new owner should know, `decision` the routing decision that is applied:
    it goes with the event to the handlers.
    """

    cause: str = ""
    reason: str = ""
    note: str = ""
    decision: object | None = None

    def completed(self, *, to: User | None, by: User | None) -> "TransferReason":
        """With a clean reason, and with cause and reason filled in where they are empty. Invalid: too long."""
        reason = text.clean(self.reason, field="reason", limit=REASON_LIMIT, one_line=True, blank=True)
        return replace(
            self, cause=self.cause or _cause(to, by), reason=reason or ("released" if to is None else "assigned")
        )


def require_may_transfer(owner_id: int | None, *, to: User | None, by: User | None, reason: str) -> None:
    """Leads and automation (by None) move all work; agents take unassigned work and hand over their own with a reason.

    NotAllowed not_yours; Invalid reason_missing.
    """
    if by is None or by.is_lead:
        return
    claims = owner_id is None and (to is None or to.pk == by.pk)
    if not by.is_desk or not (claims or owner_id == by.pk):
        raise NotAllowed("not_yours", "Only team leads can reassign other agents' work.")
    if to is not None and to.pk != by.pk and not reason.strip():
        raise Invalid("reason_missing", "Enter a reason for the handoff.", field="reason")


def respects_capacity(requested: bool | None, by: User | None) -> bool:
    """Whether the change must fit the new owner's capacity. Unless the caller says, only a lead may exceed it."""
    return requested if requested is not None else by is None or not by.is_lead


def is_above_capacity(to: User | None, *, units: int, within_capacity: bool) -> bool:
    """Whether the change, its load counted already, has put the new owner over capacity."""
    return to is not None and not within_capacity and units > 0 and load.is_over(to.pk)


def event_fields(owner_id: int | None, previous: User | None, by: User | None, why: TransferReason) -> dict:
    """The fields of TicketAssigned and DisputeAssigned for this change."""
    return {
        "agent_id": owner_id,
        "previous_id": previous.pk if previous else None,
        "by_id": by.pk if by else None,
        "reason": why.reason,
        "cause": why.cause,
        "note": why.note,
        "decision": why.decision,
    }


def _cause(to: User | None, by: User | None) -> str:
    if to is None:
        return "released"
    if by is None:
        return "assigned"
    return "claimed" if to.pk == by.pk else "manual"
