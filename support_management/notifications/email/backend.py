"""Django's SMTP backend, with a limit on each reply: a mail server that says one word after the other is given up.

The time-out of a socket begins anew with each byte. Such a server would keep a worker for ever.
"""

import smtplib
import socket
import time
from typing import Any

from django.core.mail.backends import smtp

BLOCK = 4096


class _Lines:
    """What the server says, read until the moment `until`."""

    def __init__(self, line: socket.socket) -> None:
        self._socket, self._rest, self.until = line, b"", 0.0

    def readline(self, most: int) -> bytes:
        """The next line, or `most` bytes of it; what is left when the connection has ended."""
        while b"\n" not in self._rest and len(self._rest) < most and (data := self._receive()):
            self._rest += data
        end = min(self._rest.find(b"\n") + 1 or len(self._rest), most)
        text, self._rest = self._rest[:end], self._rest[end:]
        return text

    def _receive(self) -> bytes:
        usual, left = self._socket.gettimeout(), self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._socket.settimeout(left)
        try:
            return self._socket.recv(BLOCK)
        finally:
            self._socket.settimeout(usual)

    def close(self) -> None:
        """The socket is closed by its owner."""


class Plain(smtplib.SMTP):
    """All lines of a reply together have the connection's time-out."""

    def getreply(self: Any):
        if self.file is None:
            self.file = _Lines(self.sock)
        self.file.until = time.monotonic() + self.timeout
        return super().getreply()


class Encrypted(Plain, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class Backend(smtp.EmailBackend):
    @property
    def connection_class(self):
        return Encrypted if self.use_ssl else Plain
