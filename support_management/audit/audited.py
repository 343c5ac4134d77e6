"""Which tables are audited, and what of their rows. Every model is in one of the two lists.

Ids, numbers, states, amounts and instants are kept as values. Of a text only its length is kept, since names, addresses
and messages must be erasable, unless it has choices or its column is named in `shown`.
"""

from typing import NamedTuple

ALWAYS_DERIVED = "version updated_at public_updated_at"


class Audited(NamedTuple):
    """How a table is audited. Columns are named in one string."""

    shown: str = ""
    """Texts and JSON whose values are kept: settings of the desk, and labels that name no person."""
    derived: str = ""
    """Columns that follow from others, or that nobody asks about: their changes leave no row."""
    of: str = "id"
    """The column with the key of the object that a row belongs to."""


AUDITED = {
    "ApiToken": Audited(shown="hint", derived="last_used_at last_used_ip"),
    "BusinessCalendar": Audited(shown="name time_zone hours holidays holiday_country"),
    "Dispute": Audited(shown="number", derived="next_due_at due_state units"),
    "DisputeResolutionLog": Audited(),
    "DisputeWeight": Audited(),
    "EscalationLog": Audited(shown="rule"),
    "EscalationRule": Audited(shown="name threshold conditions tag"),
    "HeldMessage": Audited(),
    "MoneyEffect": Audited(shown="currency external_id"),
    "Order": Audited(shown="reference currency", derived="committed_amount legacy_amount undecided_amount held_amount"),
    "PaymentIssueLog": Audited(shown="number failure_code", derived="next_due_at due_state reminded"),
    "PaymentIssueStep": Audited(shown="failure_code"),
    "PlannedAbsence": Audited(),
    "SLAPolicy": Audited(shown="name conditions targets pause_on thresholds"),
    "ShopEndpoint": Audited(shown="hint", derived="last_used_at last_used_ip"),
    "SkillLevel": Audited(),
    "SkillRule": Audited(shown="name conditions"),
    "Specialization": Audited(shown="slug name"),
    "SupportAvailability": Audited(derived="last_seen_at state state_since available why_not"),
    "SupportOrderManagement": Audited(),
    "SupportProfile": Audited(shown="registration_id"),
    "SupportProfile_websites": Audited(of="supportprofile_id"),
    "Tag": Audited(derived="folded"),
    "Ticket": Audited(shown="number", derived="next_due_at due_state due_metric units"),
    "TicketMessage": Audited(),
    "TicketType": Audited(shown="slug name"),
    "Ticket_tags": Audited(of="ticket_id"),
    "User": Audited(shown="time_zone segment language", derived="last_login theme density updates announcements"),
    "Website": Audited(shown="name domain"),
}

_DERIVED = "is calculated from audited rows"
_IS_HISTORY = "is a history itself: its rows are never changed or deleted"
_IS_A_SIGN = "only says that somebody or something is there"
_IS_A_JOB = "is a job of the system and its state"
NOT_AUDITED = {
    "AssignmentDecision": _IS_HISTORY,
    "AvailabilityInterval": "is the history of SupportAvailability",
    "BusinessCalendarVersion": _IS_HISTORY,
    "DashboardDrift": _DERIVED,
    "DisputeEntry": _DERIVED,
    "DisputeParticipation": _DERIVED,
    "DomainEvent": "tells open pages of changes and is deleted after a day",
    "Epoch": "is the identity of the event history",
    "EscalationRun": _IS_A_JOB,
    "Heartbeat": _IS_A_SIGN,
    "IdempotencyKey": "is the answer to a request, kept for days",
    "MailDuty": _IS_A_JOB,
    "NoticePreference": "is private and concerns nobody else",
    "NumberSequence": "counts",
    "OrderDisputeSLA": "each step is a row of SLAEvent, from which `verify_sla` replays it",
    "OrderEntry": _DERIVED,
    "PasswordAttempt": "is deleted after minutes; the audit log has a line for each",
    "PersonEntry": _DERIVED,
    "ReassignmentLog": _IS_HISTORY,
    "RecordChangeLog": _IS_HISTORY,
    "SLAEvent": _IS_HISTORY,
    "SLAFollowUp": _IS_A_JOB,
    "SLAPolicyVersion": _IS_HISTORY,
    "SLAReport": _IS_HISTORY,
    "SupportActionLog": _IS_HISTORY,
    "SupportDashboard": _DERIVED,
    "SupportNotification": "is a message about a change, not a change",
    "SupportWorkloadTracker": _DERIVED,
    "TicketEntry": _DERIVED,
    "TicketParticipation": _DERIVED,
    "WorkAttention": _IS_A_SIGN,
}

CHANGEABLE = ("DomainEvent",)
"""Append-only models of which the database refuses nothing: events get positions, and old ones are deleted."""
NEVER_DELETED = ("EscalationLog", "MoneyEffect", "PaymentIssueLog")
"""Decisions that are still open may change, but the database refuses to delete them."""


def kinds_of(kind: str) -> list[str]:
    """The model and its links to others, by lowercase names: their changes are changes of the object."""
    links = [name.lower() for name, audited in AUDITED.items() if audited.of == f"{kind}_id"]
    return [kind, *links]
