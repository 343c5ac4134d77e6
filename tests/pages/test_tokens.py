"""Every pair of colours that stands on a page can be read, in both themes."""

import re
from functools import cache
from math import cos, radians, sin
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
GROUNDS = ("canvas", "sunken", "raised", "card", "hover")
TEXT = [
    *((ink, ground) for ink in ("ink", "ink-2", "muted") for ground in GROUNDS),
    *((ink, "selected") for ink in ("ink", "ink-2", "muted", "accent")),
    *((ink, "tag") for ink in ("ink", "muted", "tag-ink")),
    *(("accent", ground) for ground in GROUNDS),
    *(("danger", ground) for ground in (*GROUNDS, "danger-tint")),
    *(("on-accent", fill) for fill in ("accent-fill", "accent-over")),
    *((ink, "note") for ink in ("ink", "note-ink")),
    ("on-inverse", "inverse"),
    ("on-danger", "danger-fill"),
    ("ink", "rail-on"),
    ("ink-2", "ava"),
    ("on-ava-team", "ava-team"),
    *(("sla-ok-text", ground) for ground in GROUNDS),
    *((f"sla-{state}-text", f"sla-{state}") for state in ("soon", "risk", "breach", "paused", "met")),
]
EDGES = [
    *((edge, ground) for edge in ("edge", "focus") for ground in GROUNDS),
    *(("focus", ground) for ground in ("selected", "tag", "note")),
    *(
        (f"sla-{state}-edge", ground)
        for state in ("ok", "soon", "risk", "breach", "paused", "met")
        for ground in ("canvas", "card", "hover")
    ),
]


@cache
def tokens():
    text = re.sub(r"@media.*", "", (CSS / "tokens.css").read_text(), flags=re.DOTALL)
    return {name: value.strip() for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", text)}


def colour(name, theme):
    """OKLCH of a token in a theme."""
    value = tokens()[name]
    alias = re.fullmatch(r"var\(--([\w-]+)\)", value)
    if alias:
        return colour(alias[1], theme)
    found = re.findall(r"oklch\(([\d.]+)%\s+([\d.]+)\s+([\d.]+)\)", value)
    assert len(found) in (1, 2), f"--{name}: {value}"
    lightness, chroma, hue = found[-1 if theme == "dark" else 0]
    return float(lightness) / 100, float(chroma), radians(float(hue))


def luminance(oklch):
    """Relative luminance (WCAG) of what a screen can show of a colour."""
    lightness, chroma, hue = oklch
    a, b = chroma * cos(hue), chroma * sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    red, green, blue = (min(1, max(0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other, theme):
    high, low = sorted((luminance(colour(one, theme)), luminance(colour(other, theme))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_arithmetic_knows_black_on_white():
    assert round((luminance((1, 0, 0)) + 0.05) / (luminance((0, 0, 0)) + 0.05), 1) == 21


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink, ground, theme):
    assert contrast(ink, ground, theme) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_can_be_seen(edge, ground, theme):
    assert contrast(edge, ground, theme) >= 3


def test_colours_are_named_in_one_file_only():
    for file in CSS.glob("*.css"):
        if file.name != "tokens.css":
            found = re.findall(r"oklch\([\d.]|#[0-9a-f]{3,8}\b(?!\s*[.{:,>])|rgba?\(|hsla?\(", file.read_text())
            assert not found, f"{file.name}: take a token, or name a new one in tokens.css"


OF_DJANGO_ADMIN = {"border-color", "link-fg", "hairline-color", "body-quiet-color"}
"""Its pages load our pictures of calendars and policies, which take its colours there."""


def test_every_token_that_is_used_exists():
    text = "".join(file.read_text() for file in CSS.glob("*.css"))
    defined = set(re.findall(r"(?:^|[\s;{])--([\w-]+):", text))
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= defined | OF_DJANGO_ADMIN
