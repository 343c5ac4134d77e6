"""What a browser may send, and what it gets."""

import json

import pytest

from console.fragments.registry import Part
from console.live import wire


class TestRead:
    def test_a_hello_names_position_history_and_panes_once_each(self):
        message = wire.read('{"resume": 7, "epoch": "e", "panes": ["queue.mine", "team", "queue.mine"]}')
        assert message == wire.Hello(7, "e", ("queue.mine", "team"))

    def test_an_acknowledgement_is_a_position(self):
        assert wire.read('{"ack": 9}') == wire.Ack(9)

    def test_a_page_says_in_which_work_its_reader_is_active(self):
        message = wire.read('{"attending": {"ticket.7": true, "dispute.2": false}}')
        assert message == wire.Attending((("ticket", 7, True), ("dispute", 2, False)))

    @pytest.mark.parametrize(
        "text",
        [
            '{"attending": ["ticket.7"]}',
            '{"attending": {"ticket.7": 1}}',
            '{"attending": {"order.7": true}}',
            '{"attending": {"ticket.": true}}',
            '{"attending": {"ticket.٧": true}}',
            json.dumps({"attending": {"ticket." + "9" * 19: True}}),
            json.dumps({"attending": {f"ticket.{n}": True for n in range(6)}}),
            None,
            "",
            "hello",
            "[]",
            "{}",
            "null",
            "NaN",
            '{"ack": true}',
            '{"ack": "1"}',
            '{"ack": 1.5}',
            '{"resume": 1, "epoch": "e", "panes": "queue"}',
            '{"resume": 1, "epoch": "e", "panes": [1]}',
            '{"resume": 1, "panes": []}',
            '{"resume": true, "epoch": "e", "panes": []}',
            json.dumps({"resume": 1, "epoch": "e", "panes": [f"ticket.{n}" for n in range(21)]}),
            "[" * 50_000,
        ],
    )
    def test_what_no_page_of_ours_sends_is_refused(self, text):
        with pytest.raises(wire.Refused) as refusal:
            wire.read(text)
        assert refusal.value.code == 4400

    def test_too_long_a_message_says_so(self):
        with pytest.raises(wire.Refused) as refusal:
            wire.read(" " * (64 * 1024 + 1))
        assert refusal.value.code == 4413


def test_a_frame_carries_position_clock_and_parts_without_empty_facts():
    parts = (Part(id="a", swap="delete", pos=3), Part(id="b", swap="row", pos=3, target="list", html="<tr></tr>"))
    message = json.loads(wire.frame(4, parts).text)
    assert message.pop("now") > 0
    assert message == {
        "pos": 4,
        "parts": [
            {"id": "a", "swap": "delete", "pos": 3},
            {"id": "b", "swap": "row", "pos": 3, "target": "list", "html": "<tr></tr>"},
        ],
    }
