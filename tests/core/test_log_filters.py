"""What is logged about hostile requests."""

import logging

import pytest

from console import log_filters
from console.log_filters import EVERY_SECONDS, LONGEST, HostileRequests


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        seconds = 1000.0

    monkeypatch.setattr(log_filters.time, "monotonic", lambda: Clock.seconds)
    return Clock


def record(name: str, text: str = "Invalid HTTP_HOST header: 'evil'.") -> logging.LogRecord:
    try:
        raise ValueError(text)
    except ValueError as error:
        return logging.LogRecord(name, logging.ERROR, "", 1, text, (), (type(error), error, error.__traceback__))


def test_a_warning_a_minute_for_each_kind_and_how_many_were_left_out(clock):
    rule, kind = HostileRequests(), "django.security.DisallowedHost"
    passed = [rule.filter(record(kind)) for _ in range(5)]
    assert passed == [True, False, False, False, False]
    assert rule.filter(record("django.security.TooManyFieldsSent"))
    clock.seconds += EVERY_SECONDS
    late = record(kind)
    assert rule.filter(late)
    assert late.getMessage() == "Invalid HTTP_HOST header: 'evil'. (4 more since the last warning)"


def test_it_is_one_short_line():
    entry = record("django.security.DisallowedHost", "x" * 60_000)
    assert HostileRequests().filter(entry)
    assert (entry.levelname, entry.exc_info, len(entry.getMessage())) == ("WARNING", None, LONGEST)
    assert "\n" not in logging.Formatter().format(entry)


def test_other_errors_keep_their_traceback():
    rule = HostileRequests()
    for _ in range(2):
        entry = record("django.request")
        assert rule.filter(entry)
        assert entry.exc_info


def test_a_bad_host_is_such_a_record(client, caplog):
    for _ in range(3):
        assert client.get("/login/", headers={"host": "evil.example"}).status_code == 400
    assert {entry.name for entry in caplog.records} == {"django.security.DisallowedHost"}
