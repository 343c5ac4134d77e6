"""What the template tags write: chips, times, icons."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import timezone

from support_management.core.time import NEVER

NOW = datetime(2026, 3, 12, 11, 4, 7, tzinfo=UTC)
EPOCH = int(NOW.timestamp())


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch):
    monkeypatch.setattr("console.templatetags.console.now", lambda: NOW)


def write(source, **facts):
    return Template("{% load console %}" + source).render(Context(facts))


def work(state, minutes, **facts):
    return SimpleNamespace(due_state=state, due_at=NOW + timedelta(minutes=minutes), **facts)


@pytest.mark.parametrize(
    ("state", "minutes", "heard", "seen"),
    [
        ("on_track", 192, "On track, due in ", "3h 12m"),
        ("due_soon", 42, "Due soon, due in ", "42m"),
        ("at_risk", 4.12, "At risk, due in ", "4:07"),
        ("breached", -12, "Breached, ", "12m overdue"),
    ],
)
def test_a_chip_says_state_and_time_to_eye_and_ear(state, minutes, heard, seen):
    html = write("{% chip work %}", work=work(state, minutes))
    assert html.startswith(f'<span class="sla" data-state="{state}">')
    assert f"#sla-{state}" in html
    assert f'<span class="visually-hidden">{heard}</span>' in html
    assert f">{seen}</time>" in html
    assert "data-due=" in html
    assert ("overdue" in html) is (state == "breached")


def test_a_chip_names_its_metric():
    html = write("{% chip work %}", work=work("at_risk", 4, due_metric="first_response"))
    assert "At risk, first response due in " in html


def test_work_without_a_clock_has_no_chip():
    assert write("{% chip work %}", work=SimpleNamespace(due_state="", due_at=None)) == ""
    assert write("{% chip work %}", work=SimpleNamespace(due_state="on_track", due_at=NEVER)) == ""


def test_a_clock_that_ended_says_its_result_and_never_ticks():
    ended = SimpleNamespace(
        screen_state="met", metric="resolution", due_at=NOW, completed_at=NOW - timedelta(minutes=8)
    )
    html = write("{% chip clock %}", clock=ended)
    assert "met 8m early" in html
    assert "data-due" not in html
    late = SimpleNamespace(
        screen_state="breached", metric="resolution", due_at=NOW, completed_at=NOW + timedelta(hours=2)
    )
    assert "<time>2h 0m late</time>" in write("{% chip clock %}", clock=late)


def test_a_deadline_without_a_clock_is_late_once_it_has_passed():
    assert 'data-state="on_track"' in write('{% chip_at "on_track" at %}', at=NOW + timedelta(days=2))
    late = write('{% chip_at "on_track" at %}', at=NOW - timedelta(hours=3))
    assert 'data-state="breached"' in late
    assert ">3h 0m overdue</time>" in late
    assert write('{% chip_at "on_track" at %}', at=None) == ""


def test_a_paused_clock_does_not_tick():
    paused = SimpleNamespace(
        screen_state="paused", metric="resolution", due_at=NOW, paused_at=NOW - timedelta(minutes=42)
    )
    html = write("{% chip clock %}", clock=paused)
    assert "<time>42m</time>" in html


def test_times_carry_what_the_ticker_needs():
    assert write("{% due moment %}", moment=NOW + timedelta(seconds=247)) == (
        f'<time data-due="{EPOCH + 247}" datetime="2026-03-12T11:08:14Z">4:07</time>'
    )
    assert write("{% ago moment %}", moment=NOW - timedelta(hours=2)) == (
        f'<time data-since="{EPOCH - 7200}" datetime="2026-03-12T09:04:07Z">2h 0m</time>'
    )
    assert write("{% due moment %}", moment=NEVER) == write("{% ago moment %}", moment=None) == ""


def test_a_moment_stands_on_the_reader_s_clock():
    with timezone.override("Europe/Berlin"):
        assert write('{% at moment "seconds" %}', moment=NOW) == (
            f'<time data-at="{EPOCH}" data-format="seconds" datetime="2026-03-12T11:04:07Z">12:04:07</time>'
        )


def test_an_icon_is_decoration_from_the_sprite():
    assert write('{% icon "search" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#search"/></svg>'
    )
