"""What a benchmark says to other programs, word for word: no rename may reach into it."""

from email.parser import BytesParser

from twisted.internet.endpoints import serverFromString
from twisted.internet.testing import MemoryReactor

from bench.harness.servers import WebProcess
from bench.load.websockets import Address


def test_the_server_understands_its_endpoint():
    command = WebProcess(application="bench.minimal.asgi:application", environment={}).command()
    assert serverFromString(MemoryReactor(), command[command.index("-e") + 1]) is not None


def test_the_handshake_is_one_of_websockets():
    first, _, rest = Address(port=1).request().partition(b"\r\n")
    headers = BytesParser().parsebytes(rest)
    assert first == b"GET /live/ HTTP/1.1"
    assert (headers["Upgrade"], headers["Connection"], headers["Sec-WebSocket-Version"]) == (
        "websocket",
        "Upgrade",
        "13",
    )
