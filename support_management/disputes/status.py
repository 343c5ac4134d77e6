"""Dispute statuses and their legal transitions."""

from django.db.models import TextChoices

from support_management.core.errors import Conflict


class Status(TextChoices):
    OPEN = "open", "Open"
    UNDER_REVIEW = "under_review", "Under review"
    AWAITING_RESPONSE = "awaiting_response", "Awaiting response"
    RESOLVED_CLIENT = "resolved_client", "Resolved for client"
    RESOLVED_WRITER = "resolved_writer", "Resolved for writer"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Reason(TextChoices):
    QUALITY = "quality", "Quality"
    LATE = "late", "Late"
    PLAGIARISM = "plagiarism", "Plagiarism"
    WRONG_ITEM = "wrong_item", "Wrong item"
    NON_DELIVERY = "non_delivery", "Non-delivery"
    PAYMENT = "payment", "Payment"
    OTHER = "other", "Other"


IS_OPEN = ("open", "under_review", "awaiting_response")
OUTCOMES = ("resolved_client", "resolved_writer", "withdrawn")
MOVES: dict[str, frozenset[str]] = {
    "open": frozenset({"under_review", "awaiting_response", *OUTCOMES}),
    "under_review": frozenset({"awaiting_response", *OUTCOMES}),
    "awaiting_response": frozenset({"under_review", *OUTCOMES}),
    "resolved_client": frozenset(),
    "resolved_writer": frozenset(),
    "withdrawn": frozenset(),
}


def check_move(before: str, after: str) -> None:
    """Conflict illegal_move unless MOVES allows the transition."""
    if after not in MOVES[before]:
        names = dict(Status.choices)
        raise Conflict("illegal_move", f"A dispute can't change from {names[before]} to {names.get(after, after)}.")
