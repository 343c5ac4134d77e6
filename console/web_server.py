"""`python -m console.web_server`: daphne, with bounds on what it reads of a request before anybody looks at it.

Daphne keeps a whole body, whatever its size, before it calls the application. Here a body that is announced too
large is refused at its header, any other as soon as it is: by length or in chunks, with or without a proxy.
"""

import sys
import time
from types import SimpleNamespace

from daphne import server
from daphne.cli import CommandLineInterface
from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet import reactor

MOST_FRAMES = 64 * 1024
"""Bytes around the chunks of a body."""
MOST_DRAINED = 512 * 1024
"""Bytes over the limit at which the connection is cut. Until then they are dropped, so that the refusal arrives."""
DRAIN_SECONDS = 2
REQUEST_SECONDS = 60
"""From the first line of a request to the end of its body."""
PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><p>{1}</p>'


class BoundedRequest(WebRequest):
    """A request of at most MAX_BODY_BYTES, sent within a minute."""

    def __init__(self, *args, **options):
        super().__init__(*args, parsePOSTFormSubmission=False, **options)  # Django reads forms; once is enough
        self._began = time.monotonic()
        self._whole = self._refused = False
        self._received = self._body = 0

    def gotLength(self, length):  # noqa: N802
        """The headers are here; `length` is None for chunks."""
        too_large = bool(length) and length > self._most
        super().gotLength(0 if too_large else length)
        if decoder := self.channel._transferDecoder:
            self._decode = decoder.dataReceived
            self.channel._transferDecoder = SimpleNamespace(dataReceived=self._count)
        if too_large:
            self._refuse()

    def _count(self, data: bytes) -> None:
        """What came over the wire, frames of chunks included: each may be longer than what it holds."""
        self._received += len(data)
        if self._refused:
            if self._received > self._most + MOST_DRAINED:
                self._abort()
        elif self._received > self._most + MOST_FRAMES:
            self._refuse()
        else:
            self._decode(data)

    def handleContentChunk(self, data):  # noqa: N802
        """A part of the body, without frames."""
        self._body += len(data)
        if self._body > self._most and not self._refused:
            self._refuse()
        if not self._refused:
            super().handleContentChunk(data)

    def requestReceived(self, command, path, version):  # noqa: N802
        """All of it is here."""
        self._whole = True
        if not self._refused:
            super().requestReceived(command, path, version)

    def check_timeouts(self):
        """Called every other second."""
        super().check_timeouts()
        if not self._whole and time.monotonic() - self._began > REQUEST_SECONDS:
            self._abort()

    @property
    def _most(self) -> int:
        from django.conf import settings  # configured by the application, which is loaded later

        return settings.MAX_BODY_BYTES

    def _refuse(self) -> None:
        """413, then nothing more on this connection. What is still coming is dropped, for a moment."""
        self._refused = True
        self.requestHeaders.removeHeader(b"expect")  # nobody is to be told to go on
        self.content.close()
        self.transport.write(refusal(self.channel._path))
        self.transport.loseWriteConnection()
        reactor.callLater(DRAIN_SECONDS, self._abort)  # type: ignore[arg-type, call-arg]

    def _abort(self) -> None:
        if self.channel is not None:
            self.transport.abortConnection()


def refusal(path: bytes) -> bytes:
    """The whole answer: a problem document for programs, a page for people."""
    from console.views import errors  # needs the app registry
    from support_management.api import problems

    if path.startswith(b"/api/"):
        kind, body = problems.MEDIA_TYPE, problems.problem(413, "too_large", errors.SENTENCES[413]).content
    else:
        page = PAGE.format(errors.HEADINGS[413], errors.SENTENCES[413])
        kind, body = "text/html; charset=utf-8", page.encode()
    lines = [
        "HTTP/1.1 413 Content Too Large",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        "Cache-Control: private, no-store",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


class BoundedFactory(HTTPFactory):
    def buildProtocol(self, addr):  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


class BoundedServer(server.Server):
    def run(self):
        server.HTTPFactory = BoundedFactory  # it takes its factory from there
        super().run()


class Command(CommandLineInterface):
    """Takes the options of daphne."""

    server_class = BoundedServer


if __name__ == "__main__":
    Command().run(sys.argv[1:])
