"""`/live/` as an attacker finds it: foreign pages, garbage, floods, foreign panes."""

import json
import uuid

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.stack.live_socket import Line

NOT_UNDERSTOOD, TOO_LARGE = 4400, 4413
ABNORMAL, PROTOCOL_TOO_LARGE = 1006, 1009
HELLO = {"resume": 0, "epoch": "", "panes": ["queue.unassigned"]}


def knock(desk, visitor, origin):
    address = desk.url.replace("http", "ws", 1) + "/live/"
    with connect(address, origin=origin, additional_headers={"Cookie": visitor.cookie}, compression=None):
        return True


class TestOrigin:
    """Only the page's own origin, port included."""

    def test_the_page_itself_is_let_in(self, desk, visitor_of):
        assert knock(desk, visitor_of("agent1"), desk.url)

    @pytest.mark.parametrize(
        "origin",
        [
            None,
            "null",
            "http://evil.example",
            "http://127.0.0.1",
            "http://127.0.0.1:1",
            "https://127.0.0.1:{port}",
            "http://localhost:{port}",
            "http://127.0.0.1:{port}.evil.example",
            "http://127.0.0.1.evil.example:{port}",
            "http://evil.example@127.0.0.1:{port}x",
            "http://127.0.0.1:{port}/path",
            "file://",
            "http://[::1]:{port}",
            "127.0.0.1:{port}",
        ],
    )
    def test_every_other_is_refused(self, desk, visitor_of, origin):
        visitor = visitor_of("agent1")
        with pytest.raises(InvalidStatus) as refused:
            knock(desk, visitor, origin and origin.format(port=desk.port))
        assert refused.value.response.status_code in (400, 403)


GARBAGE = {
    "no JSON": "hello",
    "empty": "",
    "a number": "7",
    "a list": "[]",
    "null": "null",
    "unfinished": '{"resume": 1',
    "not a number": '{"resume": NaN, "epoch": "", "panes": []}',
    "true for a number": '{"resume": true, "epoch": "", "panes": []}',
    "a text for a number": '{"resume": "1", "epoch": "", "panes": []}',
    "a fraction": '{"resume": 1.5, "epoch": "", "panes": []}',
    "no panes": '{"resume": 1, "epoch": ""}',
    "panes of numbers": '{"resume": 1, "epoch": "", "panes": [1]}',
    "panes of lists": '{"resume": 1, "epoch": "", "panes": [["queue"]]}',
    "too many panes": json.dumps(HELLO | {"panes": ["queue.unassigned"] * 1000}),
    "deep": "[" * 30000,
    "deep objects": '{"a":' * 10000,
    "an unknown wish": '{"subscribe": "everything"}',
    "an ack of text": '{"ack": "1"}',
    "binary": b"\x00\x01\x02",
    "binary JSON": json.dumps(HELLO).encode(),
    "lone surrogate": '{"resume": 1, "epoch": "\\ud800", "panes": [1]}',
    "null byte": '{"resume": 1, "epoch": "\\u0000", "panes": [null]}',
}


class TestGarbage:
    """The socket that sends it is closed and says why; nobody else notices."""

    @pytest.mark.parametrize("message", GARBAGE.values(), ids=GARBAGE.keys())
    def test_is_answered_with_a_code(self, desk, visitor_of, message):
        with Line(visitor_of("agent1"), "/queue/") as line:
            line.say(message)
            assert line.wait_for_end() == NOT_UNDERSTOOD

    def test_what_is_too_large_ends_with_a_code_that_says_so(self, desk, visitor_of):
        with Line(visitor_of("agent1"), "/queue/") as line:
            line.say(json.dumps(HELLO | {"epoch": "x" * 70_000}))
            assert line.wait_for_end() == TOO_LARGE

    def test_what_is_larger_than_any_patience_is_cut_off_unread(self, desk, visitor_of, lead):
        with Line(visitor_of("agent1"), "/queue/") as line, Line(visitor_of("agent2"), "/queue/") as control:
            line.say("[" * 10_000_000)
            assert line.wait_for_end() in (ABNORMAL, PROTOCOL_TOO_LARGE)
            control.wait_for(lead.new_ticket(f"Unmoved {uuid.uuid4().hex}")["subject"])

    def test_a_flood_closes_its_own_socket_only(self, desk, visitor_of, lead):
        pids = [process.pid for process in desk.of("web")]
        with Line(visitor_of("agent1"), "/queue/") as flood, Line(visitor_of("agent2"), "/queue/") as control:
            for _ in range(2000):
                flood.say({"ack": 1})
            assert flood.wait_for_end(10) == NOT_UNDERSTOOD
            control.wait_for(lead.new_ticket(f"Still here {uuid.uuid4().hex}")["subject"])
        assert [process.pid for process in desk.of("web")] == pids

    @pytest.mark.parametrize("pos", [-1, -(10**30), 10**30])
    def test_a_position_beyond_every_number_is_survived(self, desk, visitor_of, pos):
        with Line(visitor_of("agent1"), "/queue/") as line:
            heard = len(line.texts)
            line.say(HELLO | {"resume": pos, "panes": line.panes, "epoch": line.epoch})
            line.wait_for('"now"')
            assert line.close_code is None or line.close_code == NOT_UNDERSTOOD
            assert len(line.texts) >= heard


class TestForeignPanes:
    """A pane that is not yours and one that does not exist are the same: nothing."""

    FOREIGN = [
        "ticket.999999999",
        "ticket.-1",
        "ticket.x",
        "ticket." + "9" * 400,
        "dashboard.1",
        "team",
        "queue.nowhere",
        "nothing",
        "",
        "ticket",
        "ticket.1.2",
        "../ticket",
        "TICKET.1",
    ]

    def test_asking_for_them_brings_no_frame(self, desk, visitor_of, lead, spare):
        with Line(visitor_of("agent1"), "/queue/") as control, Line(visitor_of(spare), "/queue/") as line:
            line.say({"resume": line.pos, "epoch": line.epoch, "panes": self.FOREIGN})
            subject = lead.new_ticket(f"Not for that pane {uuid.uuid4().hex}")["subject"]
            control.wait_for(subject)
            assert not line.heard(subject)
            assert line.close_code is None
