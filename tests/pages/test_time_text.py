"""The server and the browser write the same words, or the first tick would change the page."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from console.templatetags.time_text import age_text, clock_text, due_text

TIMES = json.loads((Path(__file__).parents[1] / "js" / "times.json").read_text())


@pytest.mark.parametrize(("seconds", "text"), TIMES["due"])
def test_what_is_left_reads_as_in_the_browser(seconds, text):
    assert due_text(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), TIMES["age"])
def test_an_age_reads_as_in_the_browser(seconds, text):
    assert age_text(seconds) == text


@pytest.mark.parametrize(("epoch", "zone", "shape", "text"), TIMES["clock"])
def test_a_moment_reads_as_in_the_browser(epoch, zone, shape, text):
    assert clock_text(datetime.fromtimestamp(epoch, UTC), ZoneInfo(zone), shape) == text
