"""`python -m console.web_server`: daphne, with limits on the size and time of a request.

Daphne reads a whole body of any size before it calls the application. Here a body is refused as soon as its
Content-Length, or the part received so far, is above the limit, with or without a proxy.
"""

import sys
import time
from types import SimpleNamespace

from daphne import server
from daphne.cli import CommandLineInterface
from daphne.http_protocol import HTTPFactory, WebRequest
from twisted.internet import reactor

MAX_FRAMING = 64 * 1024
"""Bytes allowed for the framing of a chunked body."""
MAX_DRAINED = 512 * 1024
"""Bytes above the limit that are read and dropped, so that the refusal arrives; then the connection is aborted."""
DRAIN_SECONDS = 2
REQUEST_SECONDS = 60
"""From the first line of a request to the end of its body."""
PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><p>{1}</p>'


class BoundedRequest(WebRequest):
    """A request of at most MAX_BODY_BYTES, sent within a minute."""

    def __init__(self, *args, **options):
        super().__init__(*args, parsePOSTFormSubmission=False, **options)  # Django parses forms
        self._began = time.monotonic()
        self._complete = self._refused = False
        self._received = self._body = 0

    def gotLength(self, length):  # noqa: N802
        """Called after the headers; `length` is None for a chunked body."""
        too_large = bool(length) and length > self._limit
        super().gotLength(0 if too_large else length)
        if decoder := self.channel._transferDecoder:
            self._decode = decoder.dataReceived
            self.channel._transferDecoder = SimpleNamespace(dataReceived=self._count)
        if too_large:
            self._refuse()

    def _count(self, data: bytes) -> None:
        """Count the received bytes, including the framing of chunks, which may be longer than the chunks."""
        self._received += len(data)
        if self._refused:
            if self._received > self._limit + MAX_DRAINED:
                self._abort()
        elif self._received > self._limit + MAX_FRAMING:
            self._refuse()
        else:
            self._decode(data)

    def handleContentChunk(self, data):  # noqa: N802
        """Called with a part of the body, without framing."""
        self._body += len(data)
        if self._body > self._limit and not self._refused:
            self._refuse()
        if not self._refused:
            super().handleContentChunk(data)

    def requestReceived(self, command, path, version):  # noqa: N802
        """Called when the request is complete."""
        self._complete = True
        if not self._refused:
            super().requestReceived(command, path, version)

    def check_timeouts(self):
        """Called every other second."""
        super().check_timeouts()
        if not self._complete and time.monotonic() - self._began > REQUEST_SECONDS:
            self._abort()

    @property
    def _limit(self) -> int:
        from django.conf import settings  # configured by the application, which is loaded later

        return settings.MAX_BODY_BYTES

    def _refuse(self) -> None:
        """Answer 413 and close the connection. The rest of the body is dropped for two seconds."""
        self._refused = True
        self.requestHeaders.removeHeader(b"expect")  # no "100 Continue"
        self.content.close()
        scripted = self.requestHeaders.getRawHeaders(b"hx-request") == [b"true"]
        self.transport.write(refusal(self.channel._path, scripted=scripted))
        self.transport.loseWriteConnection()
        reactor.callLater(DRAIN_SECONDS, self._abort)  # type: ignore[arg-type, call-arg]

    def _abort(self) -> None:
        if self.channel is not None:
            self.transport.abortConnection()


def refusal(path: bytes, *, scripted: bool = False) -> bytes:
    """The complete response: a problem document for API clients, a message for htmx, else a page."""
    from django.conf import settings

    from support_management.core import outcome

    answer = _answer(path, scripted)
    answer.headers[outcome.HEADER] = outcome.NO  # its sender need not ask whether it was saved
    lines = [
        "HTTP/1.1 413 Content Too Large",
        *(f"{name}: {value}" for name, value in answer.headers.items()),
        f"Content-Length: {len(answer.content)}",
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options: nosniff",
        f"Permissions-Policy: {settings.PERMISSIONS_POLICY}",
        "Cache-Control: private, no-store",
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + answer.content


def _answer(path: bytes, scripted: bool):
    from django.http import HttpResponse  # these need the app registry

    from console import responses
    from console.views import errors
    from support_management.api import problems
    from support_management.core.errors import DeskError

    code, text = errors.CODES[413], errors.SENTENCES[413]
    if path.startswith(b"/api/"):
        return problems.problem(413, code, text)
    if scripted:
        return responses.refusal(DeskError(code, text))
    return HttpResponse(PAGE.format(errors.HEADINGS[413], text))


class BoundedFactory(HTTPFactory):
    def buildProtocol(self, addr):  # noqa: N802
        protocol = super().buildProtocol(addr)
        protocol.requestFactory = BoundedRequest
        return protocol


class BoundedServer(server.Server):
    def run(self):
        server.HTTPFactory = BoundedFactory  # run() reads the factory from there
        super().run()


class Command(CommandLineInterface):
    """Takes the options of daphne."""

    server_class = BoundedServer


if __name__ == "__main__":
    Command().run(sys.argv[1:])
