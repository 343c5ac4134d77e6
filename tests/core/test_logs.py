"""Log lines that repeat themselves are folded; hostile requests are a short line."""

import io
import logging
import os
import sys
import threading

import pytest

from console import repeats
from console.logs import FoldingHandler, HostileRequests
from console.repeats import EVERY_SECONDS, FORGET_SECONDS, LONGEST, MOST_KEYS, Repeats, unvaried


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        seconds = 1000.0

    monkeypatch.setattr(repeats.time, "monotonic", lambda: Clock.seconds)
    return Clock


@pytest.fixture
def log(clock):
    """A logger whose lines are in `log.handlers[0].stream`."""
    logger = logging.Logger("desk.tests")
    handler = FoldingHandler(io.StringIO())
    handler.addFilter(HostileRequests())
    logger.addHandler(handler)
    return logger


def lines(log: logging.Logger) -> list[str]:
    return log.handlers[0].stream.getvalue().splitlines()


def fail(log: logging.Logger, text: str = "no answer", how=ConnectionError) -> None:
    try:
        raise how(text)
    except how:
        log.exception("it failed")


class TestFolding:
    def test_an_outage_is_one_traceback_and_a_line_a_minute(self, log, clock):
        for _ in range(126):
            for _ in range(20):
                fail(log)
            clock.seconds += 1
        said = lines(log)
        assert said[0] == "it failed"
        assert said[-3:] == [
            "ConnectionError: no answer",
            f"it failed: ConnectionError: no answer … repeated {60 * 20 - 1} times",
            f"it failed: ConnectionError: no answer … repeated {60 * 20 - 1} times",
        ]
        assert len(said) < 15

    def test_another_error_at_another_place_is_said_in_full(self, log):
        fail(log)
        fail(log, how=ValueError)
        try:
            raise ConnectionError("no answer")
        except ConnectionError:
            log.exception("it failed")
        assert sum("Traceback" in line for line in lines(log)) == 3

    def test_values_do_not_make_a_line_another_one(self, log):
        for number in range(50):
            log.warning("no answer after %s s", number)
            log.warning(f"task {number} at 0x7f00ab{number:02x} was lost")
            log.error("%s: %s", "Internal Server Error", f"/tickets/{number}/")
        log.warning("another line")
        assert len(lines(log)) == 4

    def test_the_count_is_told_when_the_trouble_is_over(self, log, clock):
        for _ in range(38):
            log.warning("no answer")
        clock.seconds += EVERY_SECONDS
        log.info("all is well")
        assert lines(log) == ["no answer", "all is well", "no answer … repeated 37 times"]

    def test_or_when_the_process_ends(self, log):
        log.warning("no answer")
        log.warning("no answer")
        said = log.handlers[0].stream
        log.handlers[0].close()
        assert said.getvalue().splitlines() == ["no answer", "no answer … repeated 1 times"]

    def test_after_a_long_silence_it_is_news_again(self, log, clock):
        fail(log)
        clock.seconds += FORGET_SECONDS
        fail(log)
        assert sum("Traceback" in line for line in lines(log)) == 2

    def test_the_memory_is_bounded(self, clock):
        kept = Repeats()
        for key in range(MOST_KEYS * 3):
            for _ in range(2):
                kept.met(key, lambda key=key: key)
        assert len(kept._seen) == MOST_KEYS
        told = kept.left_out(all_of_them=True)
        assert len(told) == 2 * MOST_KEYS
        assert {count for _, count in told} == {1}
        assert kept.left_out(all_of_them=True) == []

    def test_no_traceback_is_kept_alive(self, log):
        fail(log)
        [seen] = log.handlers[0]._repeats._seen.values()
        assert (seen.sample.exc_info, seen.sample.args) == (None, ())

    def test_threads_lose_no_count(self, log):
        threads = [threading.Thread(target=lambda: [log.warning("no answer") for _ in range(200)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        said = log.handlers[0].stream
        log.handlers[0].close()
        assert said.getvalue().splitlines() == ["no answer", "no answer … repeated 799 times"]

    def test_a_forked_process_does_not_tell_the_count_of_its_parent(self, log, monkeypatch):
        log.warning("no answer")
        log.warning("no answer")
        pid = os.getpid()
        monkeypatch.setattr("console.logs.os.getpid", lambda: pid + 1)
        log.warning("no answer")
        said = log.handlers[0].stream
        log.handlers[0].close()
        assert said.getvalue().splitlines() == ["no answer", "no answer … repeated 1 times"]


def test_what_varies_is_left_out():
    assert unvaried("at 0x7FAB12: 3 of 40 s, id 0123456789abcdef\nmore") == "at #: # of # s, id #"


def test_every_process_of_the_product_logs_so(settings):
    assert settings.LOGGING["handlers"]["stderr"]["class"] == "console.logs.FoldingHandler"
    assert settings.LOGGING["root"]["handlers"] == ["stderr"]
    assert settings.CELERY_WORKER_HIJACK_ROOT_LOGGER is False


class TestHostileRequests:
    def test_a_warning_a_minute_for_each_kind_and_how_many_were_left_out(self, clock):
        handler = FoldingHandler(io.StringIO())
        handler.addFilter(HostileRequests())
        for number in range(5):
            handler.handle(hostile("DisallowedHost", f"Invalid HTTP_HOST header: {chr(97 + number)}.example"))
        handler.handle(hostile("TooManyFieldsSent", "Too many fields"))
        clock.seconds += EVERY_SECONDS
        handler.handle(hostile("DisallowedHost", "Invalid HTTP_HOST header: z.example"))
        assert handler.stream.getvalue().splitlines() == [
            "Invalid HTTP_HOST header: a.example",
            "Too many fields",
            "Invalid HTTP_HOST header: z.example … repeated 4 times",
        ]

    def test_it_is_one_short_line(self):
        entry = hostile("DisallowedHost", "x" * 60_000)
        assert HostileRequests().filter(entry)
        assert (entry.levelname, entry.exc_info, len(entry.getMessage())) == ("WARNING", None, LONGEST)
        assert "\n" not in logging.Formatter().format(entry)

    def test_other_errors_keep_their_traceback(self):
        entry = hostile("DisallowedHost", "no answer")
        entry.name = "django.request"
        assert HostileRequests().filter(entry)
        assert entry.exc_info

    def test_a_bad_host_is_such_a_record(self, client, caplog):
        for _ in range(3):
            assert client.get("/login/", headers={"host": "evil.example"}).status_code == 400
        assert {entry.name for entry in caplog.records} == {"django.security.DisallowedHost"}


def hostile(kind: str, text: str) -> logging.LogRecord:
    try:
        raise ValueError(text)
    except ValueError:
        return logging.LogRecord(f"django.security.{kind}", logging.ERROR, "", 1, text, (), sys.exc_info())
