"""The server and the browser write the same words, or the first tick would change the page."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from console.templatetags.console import moments
from console.templatetags.time_text import age_text, clock_text, due_text, news_text
from support_management.core.kept_timestamps import written

TIMES = json.loads((Path(__file__).parents[1] / "js" / "times.json").read_text())


@pytest.mark.parametrize(("seconds", "text"), TIMES["due"])
def test_what_is_left_reads_as_in_the_browser(seconds, text):
    assert due_text(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), TIMES["age"])
def test_an_age_reads_as_in_the_browser(seconds, text):
    assert age_text(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), TIMES["news"])
def test_the_age_of_news_reads_as_in_the_browser(seconds, text):
    assert news_text(seconds) == text


@pytest.mark.parametrize(("epoch", "zone", "shape", "text"), TIMES["clock"])
def test_a_moment_reads_as_in_the_browser(epoch, zone, shape, text):
    assert clock_text(datetime.fromtimestamp(epoch, UTC), ZoneInfo(zone), shape) == text


class TestKeptSentences:
    def test_a_moment_in_one_is_on_the_reader_s_clock(self):
        kept = f"Ben & Co are away since {written(datetime(2026, 3, 1, 23, 5, tzinfo=UTC))}."
        assert kept.endswith("since 1 Mar 2026 23:05 UTC.")
        with timezone.override(ZoneInfo("Europe/Berlin")):
            shown = moments(kept)
        assert shown.startswith("Ben &amp; Co are away since <time data-at=")
        assert shown.endswith(">2 Mar 2026, 00:05</time>.")

    @pytest.mark.parametrize("words", ["31 Feb 2026 10:00 UTC", "11 Mar 2026 24:05 UTC", "<b>1 Mar 2026 23:05</b> UTC"])
    def test_what_only_looks_like_one_stays_across_versions_said(self, words):
        assert "<time" not in moments(words)
        assert "<b>" not in moments(words)
