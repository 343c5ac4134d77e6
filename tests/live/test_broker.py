"""The embedded broker: a message is whole or not there; what is no message stops nobody."""

from uuid import uuid4

import pytest
from kombu import Connection, Queue

from console import broker


@pytest.fixture
def line(tmp_path):
    """A connection to an empty broker folder."""
    broker.install()
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("folder://localhost", transport_options=options) as connection:
        connection.folder = tmp_path
        connection.queue = f"work-{uuid4().hex}"  # kombu remembers bindings per process, not per folder
        yield connection


def send(line, *bodies):
    with line.SimpleQueue(line.queue) as queue:
        for body in bodies:
            queue.put(body)


def receive(line) -> list:
    with line.SimpleQueue(line.queue) as queue:
        found = []
        while len(queue):
            message = queue.get(timeout=1)
            message.ack()
            found.append(message.payload)
        return found


def test_messages_come_in_the_order_in_which_they_were_sent(line):
    send(line, *({"n": n} for n in range(20)))
    assert receive(line) == [{"n": n} for n in range(20)]


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[1]x"])
def test_a_file_that_is_no_message_is_put_aside_and_the_next_one_is_done(line, content):
    (line.folder / "queue" / f"{0:020d}_bad.{line.queue}.msg").write_bytes(content)
    (line.folder / "queue" / "README").write_bytes(b"not ours")
    send(line, {"n": 1})
    with line.SimpleQueue(line.queue) as queue:
        assert queue.get(timeout=1).payload == {"n": 1}
    assert [file.name for file in (line.folder / "aside").iterdir()] == [f"{0:020d}_bad.{line.queue}.msg"]


def test_no_half_written_file_ever_stands_under_the_name_of_a_message(line, monkeypatch):
    seen = []

    def watch(path, text):
        seen.append([file.name for file in (line.folder / "queue").glob("*.msg")])
        return write(path, text)

    write = broker.Path.write_bytes
    monkeypatch.setattr(broker.Path, "write_bytes", watch)
    send(line, {"n": 1})
    assert seen
    assert all(names == [] for names in seen)


def test_two_processes_that_bind_at_once_leave_a_readable_table(line):
    channel = line.channel()
    Queue("one", channel=channel, exchange=None).declare()
    (line.folder / "control" / "celery.exchange").write_bytes(b"")
    assert channel.get_table("celery") == []
