"""What the web process reads of a request before anybody looks at it."""

import itertools
import json
import time
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync
from daphne.server import Server
from django.conf import settings
from twisted.internet.testing import StringTransport

from console import web_server
from console.http_handler import ThreadedHandler, application
from console.views import errors
from console.web_server import MAX_DRAINED, MAX_FRAMING, REQUEST_SECONDS, BoundedFactory
from support_management.core import outcome

MOST = settings.MAX_BODY_BYTES
PIECE = 65_536


class Wire(StringTransport):
    """The other end of a connection."""

    cut = half_closed = False

    def loseWriteConnection(self):
        self.half_closed = True

    def abortConnection(self):
        self.cut = True


class Line:
    """A connection to the web process, without a socket; `seen` is what the application was given."""

    def __init__(self):
        self.seen: list[dict] = []
        self.wire, self.sent = Wire(), 0
        self.server = Server(None, endpoints=["tcp:port=0"])
        self.server.connections = {}
        self.server.create_application = self.application
        self.channel = BoundedFactory(self.server).buildProtocol(None)
        self.channel.makeConnection(self.wire)

    def application(self, protocol, scope):
        self.seen.append(scope)
        return SimpleNamespace(put_nowait=lambda message: self.seen.append(message))

    def begin(self, *headers: str, path: str = "/login/"):
        self.channel.dataReceived("\r\n".join([f"POST {path} HTTP/1.1", "Host: desk", *headers, "", ""]).encode())
        return self

    def push(self, piece: bytes, until: int = 20 * MOST) -> int:
        """Send it again and again until the connection is refused or cut. How many bytes that took."""
        while not self.answer and self.sent < until:
            self.channel.dataReceived(piece)
            self.sent += len(piece)
        return self.sent

    @property
    def answer(self) -> str:
        return self.wire.value().decode()

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.seen[1:])


@pytest.fixture
def line(monkeypatch):
    waiting = []
    monkeypatch.setattr(web_server, "reactor", SimpleNamespace(callLater=lambda after, call: waiting.append(call)))
    made = Line()
    made.waiting = waiting
    return made


def refused(line) -> bool:
    return line.answer.startswith("HTTP/1.1 413 ") and line.answer.count("HTTP/1.1") == 1 and line.wire.half_closed


class TestWhatIsTaken:
    def test_a_body_of_just_the_limit(self, line):
        line.begin(f"Content-Length: {MOST}").channel.dataReceived(b"x" * MOST)
        assert line.body == b"x" * MOST

    def test_the_same_in_chunks(self, line):
        line.begin("Transfer-Encoding: chunked")
        for _ in range(MOST // PIECE):
            line.channel.dataReceived(b"%x\r\n%s\r\n" % (PIECE, b"x" * PIECE))
        line.channel.dataReceived(b"0\r\n\r\n")
        assert line.body == b"x" * MOST

    def test_two_requests_on_one_connection(self, line):
        for _ in range(2):
            line.begin("Content-Length: 2").channel.dataReceived(b"ab")
        assert line.seen[1]["body"] == b"ab"

    def test_a_form_is_read_by_django_alone(self, line):
        form = b"a=1&" * 1_000
        line.begin("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(form)}")
        [request] = line.channel._channel.requests
        line.channel.dataReceived(form)
        assert line.body == form
        assert request.args == {}


class TestWhatIsRefused:
    @pytest.mark.parametrize("more", [[], ["Expect: 100-continue"]])
    @pytest.mark.parametrize("length", [MOST + 1, 150_000_000, 10**30])
    def test_an_announced_body_before_any_of_it_comes(self, line, length, more):
        line.begin(f"Content-Length: {length}", *more)
        assert refused(line)
        assert line.seen == []

    @pytest.mark.parametrize(
        "piece",
        [
            b"%x\r\n%s\r\n" % (PIECE, b"x" * PIECE),
            b"1\r\nx\r\n" * 1_000,
            b"1;%s\r\nx\r\n" % (b"y" * 900),
            b"%x\r\n%s" % (10**9, b"x" * PIECE),
        ],
        ids=["chunks", "tiny chunks", "tiny chunks with long frames", "one chunk"],
    )
    def test_chunks_once_they_are_too_many(self, line, piece):
        line.begin("Transfer-Encoding: chunked")
        assert line.push(piece) <= MOST + MAX_FRAMING + 2 * PIECE
        assert refused(line)
        assert line.seen == []
        assert line.channel._channel.requests[-1].content.closed

    def test_programs_read_a_problem_document(self, line):
        line.begin(f"Content-Length: {MOST + 1}", path="/api/v1/support-management/tickets/")
        assert refused(line)
        assert "application/problem+json" in line.answer
        assert '"code": "too_large"' in line.answer

    def test_a_form_is_told_why_and_that_nothing_was_stored(self, line):
        line.begin(f"Content-Length: {MOST + 1}", "HX-Request: true", path="/tickets/T-1/reply/")
        assert refused(line)
        head = dict(text.split(": ", 1) for text in line.answer.partition("\r\n\r\n")[0].split("\r\n")[1:])
        assert head[outcome.HEADER] == outcome.NO
        assert json.loads(head["HX-Trigger"])["refused"]["text"] == errors.SENTENCES[413]

    def test_who_goes_on_sending_is_cut_off(self, line):
        line.begin(f"Content-Length: {150 * MOST}")
        sent = 0
        while not line.wire.cut:
            line.channel.dataReceived(b"x" * PIECE)
            sent += PIECE
        assert sent <= MOST + MAX_DRAINED + PIECE < 2_000_000

    def test_who_waits_is_cut_off_in_the_end(self, line):
        line.begin(f"Content-Length: {MOST + 1}")
        [call] = line.waiting
        call()
        assert line.wire.cut

    def test_headers_over_sixteen_kilobytes(self, line):
        line.begin(*(f"X-{number}: {'x' * 1_000}" for number in range(17)))
        assert line.answer.startswith("HTTP/1.1 400 ")
        assert line.seen == []

    def test_a_body_that_does_not_end_within_a_minute(self, line, monkeypatch):
        line.begin("Content-Length: 10").channel.dataReceived(b"x")
        [request] = line.channel._channel.requests
        request.check_timeouts()
        assert not line.wire.cut
        later = time.monotonic() + REQUEST_SECONDS + 1
        monkeypatch.setattr(web_server, "time", SimpleNamespace(monotonic=lambda: later))
        request.check_timeouts()
        assert line.wire.cut

    def test_a_whole_request_may_take_longer_to_answer(self, line, monkeypatch):
        line.begin("Content-Length: 1").channel.dataReceived(b"x")
        [request] = line.channel._channel.requests
        later = time.monotonic() + REQUEST_SECONDS + 1
        monkeypatch.setattr(web_server, "time", SimpleNamespace(monotonic=lambda: later))
        request.check_timeouts()
        assert not line.wire.cut


class TestUnderAnotherServer:
    """The application counts too, for servers that hand a body on as it comes."""

    def answer(self, pieces) -> tuple[int, int]:
        """Status, and how many bytes were taken."""
        taken, sent = [], []

        async def receive():
            piece = next(pieces, b"")
            taken.append(len(piece))
            return {"type": "http.request", "body": piece, "more_body": bool(piece)}

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": "/login/", "query_string": b""}
        scope |= {"headers": [(b"host", b"testserver"), (b"transfer-encoding", b"chunked")]}
        async_to_sync(ThreadedHandler.__call__)(self.handler, scope, receive, send)
        return sent[0]["status"], sum(taken)

    @pytest.fixture(autouse=True)
    def _application(self):
        self.handler = application()

    def test_a_body_without_an_end_is_refused_at_the_limit(self):
        status, taken = self.answer(itertools.repeat(b"x" * PIECE))
        assert status == 413
        assert taken <= MOST + PIECE
