"""The line to the mail server: hand one mail over and say in words how it went."""

import contextlib
import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend

SLOW = "The mail server did not answer in time."


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """`sent`, `later` (certainly not delivered), `doubt` (handed over, no answer) or `refused` (for good).

    `away`: the server itself cannot be reached, so that no other mail need be tried now.
    """

    word: str
    error: str = ""
    away: bool = False


class MailConnection:
    """One connection for many mails, opened when it is needed. Every step has the socket's time limit."""

    def __init__(self) -> None:
        self._line: BaseEmailBackend | None = None

    def __enter__(self) -> "MailConnection":
        return self

    def __exit__(self, *_) -> None:
        self._hang_up()

    def hand_over(self, mail: EmailMessage) -> DeliveryOutcome:
        """How it went. After any trouble the next mail gets a fresh connection."""
        try:
            line = self._connected()
        except Exception as trouble:  # whatever a server or its address does, nothing was handed over
            self._hang_up()
            return DeliveryOutcome("later", f"The mail server cannot be reached: {_words(trouble)}", away=True)
        try:
            line.send_messages([mail])
        except Exception as trouble:
            self._hang_up()
            return _judge(trouble)
        return DeliveryOutcome("sent")

    def _connected(self) -> BaseEmailBackend:
        if self._line is None:
            self._line = mailers.default
            self._line.open()
        return self._line

    def _hang_up(self) -> None:
        line, self._line = self._line, None
        with contextlib.suppress(Exception):  # the mails are settled; how the server says goodbye changes nothing
            if line is not None:
                line.close()


def _judge(trouble: Exception) -> DeliveryOutcome:
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(trouble.recipients.values()))
        return _answered(code, "The mail server rejected this address", said)
    if isinstance(trouble, smtplib.SMTPResponseException):
        return _answered(trouble.smtp_code, "The mail server rejected this email", trouble.smtp_error)
    if isinstance(trouble, ValueError | UnicodeError):
        return DeliveryOutcome("refused", f"This email could not be composed: {_words(trouble)}")
    return DeliveryOutcome("doubt", f"The connection broke while sending: {_words(trouble)}")


def _answered(code: int, sentence: str, said: bytes | str) -> DeliveryOutcome:
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return DeliveryOutcome("refused" if code >= 500 else "later", f"{sentence}: {code} {words}", away=code == 421)


def _words(trouble: Exception) -> str:
    if isinstance(trouble, TimeoutError):
        return SLOW
    return str(trouble) or type(trouble).__name__
