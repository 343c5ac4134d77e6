"""Codes of failed payments in words: whether to retry, who can fix it, and what to tell the client.

The codes are those that card schemes and payment providers share. An unknown code is kept and shown as it came.
"""

from dataclasses import dataclass

from support_management.core import text

LONGEST_CODE = 60
CLIENT, BANK, SHOP, PROVIDER = "The client", "The client's bank", "The shop", "The payment provider"


@dataclass(frozen=True, slots=True)
class FailureCode:
    """A failure in words. `retry`: when the same payment may be tried again; empty: it would fail again."""

    name: str
    retry: str
    fixed_by: str
    tell: str


CODES: dict[str, FailureCode] = {
    "insufficient_funds": FailureCode(
        "Insufficient funds", "In a few days", CLIENT, "Your bank declined the payment for lack of funds."
    ),
    "card_declined": FailureCode(
        "Card declined",
        "",
        BANK,
        "Your bank declined the payment without a reason. Please ask them, or use another card.",
    ),
    "do_not_honor": FailureCode(
        "Declined by the bank", "", BANK, "Your bank declined the payment. Please ask them, or use another card."
    ),
    "expired_card": FailureCode(
        "Card expired", "", CLIENT, "Your card has expired. Please enter its new date, or use another card."
    ),
    "incorrect_cvc": FailureCode(
        "Wrong security code",
        "Once it is corrected",
        CLIENT,
        "The security code does not match. Please enter it again.",
    ),
    "incorrect_number": FailureCode(
        "Wrong card number", "Once it is corrected", CLIENT, "The card number is not right. Please enter it again."
    ),
    "authentication_required": FailureCode(
        "Confirmation missing", "With the client present", CLIENT, "Your bank asks you to confirm the payment."
    ),
    "limit_exceeded": FailureCode(
        "Card limit exceeded",
        "In a few days",
        CLIENT,
        "The payment exceeds the limit of your card. Your bank can raise it.",
    ),
    "card_not_supported": FailureCode(
        "Card not supported", "", CLIENT, "This card can't be used for such payments. Please use another one."
    ),
    "currency_not_supported": FailureCode(
        "Currency not supported", "", CLIENT, "This card can't pay in this currency. Please use another one."
    ),
    "lost_or_stolen_card": FailureCode(
        "Card reported lost or stolen", "", BANK, "Your bank declined the payment. Please use another card."
    ),
    "suspected_fraud": FailureCode(
        "Suspected fraud", "", BANK, "Your bank declined the payment. Please use another card."
    ),
    "invalid_account": FailureCode(
        "Account closed or unknown", "", CLIENT, "The account of this payment does not exist. Please use another one."
    ),
    "duplicate_transaction": FailureCode(
        "Duplicate payment", "", SHOP, "The same payment was made a moment before. We are checking which one counts."
    ),
    "processing_error": FailureCode(
        "Processing error", "At once", PROVIDER, "The payment could not be processed. We are trying again."
    ),
    "provider_unavailable": FailureCode(
        "Payment provider not available",
        "In an hour",
        PROVIDER,
        "The payment could not be processed. We are trying again.",
    ),
}


def cleaned(value: str) -> str:
    """A code as it is kept: lowercase. Invalid when it is too long."""
    return text.clean(value, field="failure_code", limit=LONGEST_CODE, one_line=True, blank=True).lower()


def name_of(code: str) -> str:
    """The code in words; an unknown one as it came."""
    known = CODES.get(code)
    return known.name if known else code
