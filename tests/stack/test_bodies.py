"""Bodies as an attacker sends them: endless, never ending, full of lists and marks."""

import json
import select
import socket

import pytest

from tests.stack.http_clients import API
from tests.stack.http_clients import Program as Caller

MEGABYTE = 1_000_000
WHOLE = 150 * MEGABYTE
PIECE = b"x" * 65_536
DOORS = ["/login/", f"{API}/tickets/", "/admin/", "/nowhere/"]
HOSTILE = [
    {"subject": "x", "body": "a" + "\u0315\u0327" * 80_000},
    {"subject": "\u0f73" * 120_000, "body": "x"},
    {"subject": "x", "body": "\u1100\u1161\u11a8" * 58_000},
    {"subject": "x", "body": "x", "tags": [1] * 250_000},
    {"subject": "x", "body": "x", "tags": [[]] * 250_000},
    {"subject": "x", "body": "x", "tags": ["x" * 100] * 9_000},
    {"subject": "x", "body": "x", **{f"field-{number}": number for number in range(40_000)}},
    {"subject": "x", "body": "x", "priority": "x" * 900_000},
]


class Sender:
    """A connection that pushes a body until it is answered or cut off."""

    def __init__(self, desk, path: str, header: str):
        self.line = socket.create_connection(("127.0.0.1", desk.port), timeout=20)
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65_536)
        self.line.sendall(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\n{header}\r\n\r\n".encode())
        self.sent = 0

    def push(self, piece: bytes) -> None:
        try:
            while self.sent < WHOLE and not select.select([self.line], [], [], 0)[0]:
                self.line.sendall(piece)
                self.sent += len(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def answer(self) -> str:
        """Everything until the other side closes."""
        heard = b""
        try:
            while piece := self.line.recv(65_536):
                heard += piece
        except ConnectionResetError:
            pass
        self.line.close()
        return heard.decode()


def size(desk) -> int:
    return desk.of("web")[0].memory_info().rss


@pytest.mark.parametrize("path", DOORS)
class TestTooLarge:
    def test_an_announced_body_is_refused_before_any_of_it_came(self, embedded, path):
        answer = Sender(embedded, path, f"Content-Length: {WHOLE}").answer()
        assert answer.startswith("HTTP/1.1 413 ")
        assert "\r\nConnection: close\r\n" in answer
        assert ('"code": "too_large"' in answer) == path.startswith("/api/")

    @pytest.mark.parametrize(
        ("header", "piece"),
        [
            (f"Content-Length: {WHOLE}", PIECE),
            (f"Content-Length: {WHOLE}\r\nExpect: 100-continue", PIECE),
            ("Transfer-Encoding: chunked", b"10000\r\n" + PIECE + b"\r\n"),
            ("Transfer-Encoding: chunked", b"1\r\nx\r\n" * 10_000),
        ],
        ids=["length", "expecting", "chunks", "tiny chunks"],
    )
    def test_who_goes_on_sending_is_answered_and_cut_off(self, embedded, path, header, piece):
        before = size(embedded)
        sender = Sender(embedded, path, header)
        sender.push(piece)
        answer = sender.answer()
        assert answer.startswith("HTTP/1.1 413 ")
        assert "100 Continue" not in answer
        # The server reads a megabyte; the rest is on its way in the buffers of the machine.
        assert sender.sent < 4 * MEGABYTE
        assert size(embedded) - before < 20 * MEGABYTE


class TestHeaders:
    def test_seventeen_kilobytes_of_headers_are_refused(self, embedded):
        answer = Sender(embedded, "/login/", "\r\n".join(f"X-{number}: {'x' * 1000}" for number in range(17))).answer()
        assert answer.startswith("HTTP/1.1 400 ")


class TestMemory:
    def test_two_hundred_hostile_bodies_are_refused_and_leave_nothing(self, embedded):
        program = Caller(embedded.url, embedded.tokens["agent1"])
        for number in range(200):
            answer = program.post("/tickets/", HOSTILE[number % len(HOSTILE)])
            assert answer.status in (201, 400), answer
            assert len(answer.text) < 20_000
        assert size(embedded) < 300 * MEGABYTE, json.dumps([size(embedded)])
