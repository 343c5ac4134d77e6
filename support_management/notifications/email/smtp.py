"""The SMTP connection: sends mails and classifies the outcome."""

import contextlib
import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend

SLOW = "The mail server did not answer in time."


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """`word` is sent, later (certainly not delivered), doubt (no answer after sending) or refused (permanently).

    `away`: the server is unreachable, so other mails need not be tried now.
    """

    word: str
    error: str = ""
    away: bool = False


class MailConnection:
    """One connection for many mails, opened when needed. Each step has the socket's timeout."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None

    def __enter__(self) -> "MailConnection":
        return self

    def __exit__(self, *_) -> None:
        self._close()

    def send(self, mail: EmailMessage) -> DeliveryOutcome:
        """Send one mail. After an error the next mail gets a new connection."""
        try:
            backend = self._connected()
        except Exception as error:  # any failure to connect: nothing was sent
            self._close()
            return DeliveryOutcome("later", f"The mail server cannot be reached: {_text(error)}", away=True)
        try:
            backend.send_messages([mail])
        except Exception as error:
            self._close()
            return _outcome_of(error)
        return DeliveryOutcome("sent")

    def _connected(self) -> BaseEmailBackend:
        if self._backend is None:
            self._backend = mailers.default
            self._backend.open()
        return self._backend

    def _close(self) -> None:
        backend, self._backend = self._backend, None
        with contextlib.suppress(Exception):  # the outcome of each mail is known; an error on closing changes nothing
            if backend is not None:
                backend.close()


def _outcome_of(error: Exception) -> DeliveryOutcome:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return _outcome_of_reply(code, "The mail server rejected this address", reply)
    if isinstance(error, smtplib.SMTPResponseException):
        return _outcome_of_reply(error.smtp_code, "The mail server rejected this email", error.smtp_error)
    if isinstance(error, ValueError | UnicodeError):
        return DeliveryOutcome("refused", f"This email could not be composed: {_text(error)}")
    return DeliveryOutcome("doubt", f"The connection broke while sending: {_text(error)}")


def _outcome_of_reply(code: int, sentence: str, reply: bytes | str) -> DeliveryOutcome:
    words = reply.decode(errors="replace") if isinstance(reply, bytes) else str(reply)
    return DeliveryOutcome("refused" if code >= 500 else "later", f"{sentence}: {code} {words}", away=code == 421)


def _text(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return SLOW
    return str(error) or type(error).__name__
